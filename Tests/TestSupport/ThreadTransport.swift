import Ranks

/// A rank that is a thread: each operation leaves this rank's bytes in mailboxes when it begins, and
/// takes those of others when it is asked about.
///
/// Buffers of an operation must not be touched before it has ended. So what will be received is
/// overwritten by NaNs at the beginning, and what is sent is compared with itself in the end.
final class ThreadTransport: RankTransport {
    let rank: Int
    let engine = "threads"
    private let post: ThreadPost
    private var numbers: [Line: Int] = [:]
    private var operations: [Int32: Operation] = [:]
    private var begun: Int32 = 0

    /// Messages of one channel from one rank to another, which keep their order.
    private struct Line: Hashable {
        let from: Int
        let to: Int
        let channel: Int32
    }

    /// What is still to come, and where it goes.
    private struct Operation {
        var pieces: [(address: ThreadPost.Address, place: UnsafeMutableRawBufferPointer)] = []
        var sent: [(place: UnsafeRawBufferPointer, bytes: [UInt8])] = []
        var questions = 0
    }

    init(rank: Int, post: ThreadPost) {
        (self.rank, self.post) = (rank, post)
    }

    var count: Int { post.machines.count }
    var machines: [String] { post.machines }

    func exchange(
        _ send: UnsafePointer<Float>, counts sendCounts: [Int32],
        into receive: UnsafeMutablePointer<Float>, counts receiveCounts: [Int32],
        among level: RankLevel
    ) throws -> Int32 {
        let ranks = members(of: level)
        precondition(ranks.count == sendCounts.count && ranks.count == receiveCounts.count)
        var operation = Operation()
        var start = UnsafeRawPointer(send)
        for (other, count) in zip(ranks, sendCounts) {
            leave(
                start, bytes: 4 * Int(count), to: other, channel: -1 - level.rawValue,
                in: &operation)
            start += 4 * Int(count)
        }
        var place = UnsafeMutableRawPointer(receive)
        for (other, count) in zip(ranks, receiveCounts) {
            expect(
                place, bytes: 4 * Int(count), from: other, channel: -1 - level.rawValue,
                in: &operation)
            place += 4 * Int(count)
        }
        return begin(operation)
    }

    func gather(
        _ all: UnsafeMutablePointer<Float>, counts: [Int32], among level: RankLevel
    ) throws -> Int32 {
        let ranks = members(of: level)
        precondition(ranks.count == counts.count)
        var place = UnsafeMutableRawPointer(all)
        var operation = Operation()
        for (other, count) in zip(ranks, counts) {
            let bytes = 4 * Int(count)
            if other == rank {
                for to in ranks where to != rank {
                    leave(
                        place, bytes: bytes, to: to, channel: -11 - level.rawValue,
                        in: &operation)
                }
            } else {
                expect(
                    place, bytes: bytes, from: other, channel: -11 - level.rawValue,
                    in: &operation)
            }
            place += bytes
        }
        return begin(operation)
    }

    func broadcast(_ bytes: UnsafeMutableRawPointer, count: Int, from root: Int) throws -> Int32 {
        var operation = Operation()
        if rank == root {
            for to in 0..<self.count where to != rank {
                leave(bytes, bytes: count, to: to, channel: -21, in: &operation)
            }
        } else {
            expect(bytes, bytes: count, from: root, channel: -21, in: &operation)
        }
        return begin(operation)
    }

    func send(_ bytes: UnsafeRawPointer, count: Int, to: Int, tag: Int32) throws -> Int32 {
        var operation = Operation()
        leave(bytes, bytes: count, to: to, channel: tag, in: &operation)
        return begin(operation)
    }

    func receive(
        _ bytes: UnsafeMutableRawPointer, count: Int, from: Int, tag: Int32
    ) throws -> Int32 {
        var operation = Operation()
        expect(bytes, bytes: count, from: from, channel: tag, in: &operation)
        return begin(operation)
    }

    func test(_ number: Int32) throws -> Bool {
        try post.check()
        guard var operation = operations[number] else {
            preconditionFailure("ThreadTransport.test: operation \(number) has ended or never was")
        }
        operation.questions += 1
        let hasEnded =
            operation.questions > 1 && operation.pieces.allSatisfy { post.has($0.address) }
        guard hasEnded else {
            operations[number] = operation
            return false
        }
        operations[number] = nil
        for (place, bytes) in operation.sent {
            precondition(
                place.elementsEqual(bytes),
                "ThreadTransport: rank \(rank) changed what was being sent")
        }
        for (address, place) in operation.pieces {
            let bytes = post.take(address) ?? []
            precondition(
                bytes.count == place.count,
                "ThreadTransport: rank \(address.from) sent \(bytes.count) bytes, rank \(rank) "
                    + "expects \(place.count)")
            place.copyBytes(from: bytes)
        }
        return true
    }

    func finish() throws {
        precondition(operations.isEmpty, "ThreadTransport.finish: \(operations.count) left")
    }

    func abort(code: Int32) { post.end(because: "rank \(rank) ended the run with \(code)") }

    // MARK: Mailboxes

    private func begin(_ operation: Operation) -> Int32 {
        begun += 1
        operations[begun] = operation
        return begun
    }

    private func leave(
        _ start: UnsafeRawPointer, bytes: Int, to: Int, channel: Int32,
        in operation: inout Operation
    ) {
        let buffer = UnsafeRawBufferPointer(start: start, count: bytes)
        post.leave(buffer, at: next(Line(from: rank, to: to, channel: channel)))
        operation.sent.append((buffer, Array(buffer)))
    }

    private func expect(
        _ place: UnsafeMutableRawPointer, bytes: Int, from: Int, channel: Int32,
        in operation: inout Operation
    ) {
        place.initializeMemory(as: UInt8.self, repeating: 0xFF, count: bytes)
        operation.pieces.append(
            (
                next(Line(from: from, to: rank, channel: channel)),
                UnsafeMutableRawBufferPointer(start: place, count: bytes)
            ))
    }

    /// The address of the next message of `line`. One to itself is counted at both its ends.
    private func next(_ line: Line) -> ThreadPost.Address {
        let number = numbers[line, default: 0]
        numbers[line] = number + 1
        return .init(
            from: line.from, to: line.to, channel: line.channel,
            number: line.from == line.to ? number / 2 : number)
    }

    private func members(of level: RankLevel) -> [Int] {
        let first = machines.firstIndex(of: machines[rank]) ?? 0
        return (0..<count).filter { other in
            switch level {
            case .all: true
            case .machine: machines[other] == machines[rank]
            case .sameSeat:
                other - (machines.firstIndex(of: machines[other]) ?? 0) == rank - first
            }
        }
    }
}
