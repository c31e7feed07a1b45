/// Words between rank 0 and the others: bytes of any length, of which each says first how many.
extension RankGroup {
    private static let headerTag: Int32 = 1
    private static let bodyTag: Int32 = 2
    /// The largest message; longer ones go in pieces.
    private static let pieceBytes = 64 << 20

    /// Rank 0 tells all others `bytes`, which `hear` gives them.
    ///
    /// - Throws: `RankFailure`.
    package func tell(_ bytes: [UInt8]) throws {
        precondition(isFirst, "RankGroup.tell: by rank \(rank)")
        guard transport != nil else { return }
        try broadcastWord(
            WordHeader(number: told, length: bytes.count).bytes, during: "telling what comes next")
        try broadcastWord(bytes, during: "telling what comes next")
        told &+= 1
    }

    /// What rank 0 tells next; waits for it.
    ///
    /// - Throws: `RankFailure`.
    package func hear() throws -> [UInt8] {
        precondition(!isFirst, "RankGroup.hear: by rank 0")
        let header = try received(WordHeader.byteCount) { start in
            try broadcast(start, count: WordHeader.byteCount, during: nil)
        }
        let length = try length(of: header, expecting: told, from: 0)
        let word = try received(length) { start in
            try broadcast(start, count: length, during: nil)
        }
        told &+= 1
        return word
    }

    /// This rank, which is not the first, answers rank 0.
    ///
    /// - Throws: `RankFailure`.
    package func answer(_ bytes: [UInt8]) throws {
        precondition(!isFirst, "RankGroup.answer: by rank 0")
        try send(WordHeader(number: answered, length: bytes.count).bytes, tag: Self.headerTag)
        try send(bytes, tag: Self.bodyTag)
        answered &+= 1
    }

    /// What each rank answers rank 0, by rank; rank 0's own is empty.
    ///
    /// - Parameter what: for messages: `step 812`.
    /// - Throws: `RankFailure`, which names who does not answer.
    package func answers(during what: String) throws -> [[UInt8]] {
        precondition(isFirst, "RankGroup.answers: to rank \(rank)")
        let headers = try receive(
            lengths: (0..<count).map { $0 == 0 ? 0 : WordHeader.byteCount }, tag: Self.headerTag,
            during: what)
        let lengths = try headers.enumerated().map { rank, header in
            rank == 0 ? 0 : try length(of: header, expecting: answered, from: rank)
        }
        let words = try receive(lengths: lengths, tag: Self.bodyTag, during: what)
        answered &+= 1
        return words
    }

    // MARK: Bytes

    /// Gives all ranks the bytes of rank 0, in pieces.
    func broadcast(_ start: UnsafeMutableRawPointer, count: Int, during what: String?) throws {
        guard let transport else { return }
        for offset in stride(from: 0, to: count, by: Self.pieceBytes) {
            let operation = try transport.broadcast(
                start + offset, count: min(Self.pieceBytes, count - offset), from: 0)
            let awaited = isFirst ? members(of: .all) : [0]
            try wait(for: { awaited }, during: what) { try transport.test(operation) }
        }
    }

    private func broadcastWord(_ bytes: [UInt8], during what: String) throws {
        _ = try received(bytes.count) { start in
            start.copyMemory(from: bytes, byteCount: bytes.count)
            try broadcast(start, count: bytes.count, during: what)
        }
    }

    private func send(_ bytes: [UInt8], tag: Int32) throws {
        guard let transport else { return }
        try bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for offset in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
                let operation = try transport.send(
                    start + offset, count: min(Self.pieceBytes, bytes.count - offset), to: 0,
                    tag: tag)
                try wait(for: { [0] }, during: nil) { try transport.test(operation) }
            }
        }
    }

    /// A message of each rank that sends one, all awaited at the same time.
    private func receive(lengths: [Int], tag: Int32, during what: String) throws -> [[UInt8]] {
        guard let transport else { return lengths.map { _ in [] } }
        let starts = lengths.indices.map { lengths[..<$0].reduce(0, +) }
        let all = try received(lengths.reduce(0, +)) { start in
            var left: [(rank: Int, operation: Int32)] = []
            for (rank, length) in lengths.enumerated() {
                for offset in stride(from: 0, to: length, by: Self.pieceBytes) {
                    let operation = try transport.receive(
                        start + starts[rank] + offset,
                        count: min(Self.pieceBytes, length - offset), from: rank, tag: tag)
                    left.append((rank, operation))
                }
            }
            try wait(for: { left.map(\.rank) }, during: what) {
                try left.removeAll { try transport.test($0.operation) }
                return left.isEmpty
            }
        }
        return lengths.indices.map { Array(all[starts[$0]..<starts[$0] + lengths[$0]]) }
    }

    /// The bytes that `body` puts into memory for `count` of them. Where it fails the memory is
    /// kept, since a transport may still write into it.
    private func received(
        _ count: Int, _ body: (UnsafeMutableRawPointer) throws -> Void
    ) throws -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 16)
        guard let start = memory.baseAddress else { return [] }
        try body(start)
        defer { memory.deallocate() }
        return Array(memory[..<count])
    }

    private func length(of header: [UInt8], expecting number: UInt32, from rank: Int) throws -> Int
    {
        guard let header = WordHeader(header), header.number == number else {
            throw RankFailure(
                "\(name(of: rank)) sends something else than its word number \(number)")
        }
        return header.length
    }
}
