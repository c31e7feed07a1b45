import CMPI

/// MPI, through an adapter.
final class MPITransport: RankTransport {
    let rank: Int
    let count: Int
    let machines: [String]
    let engine: String
    private let table: CMPITable

    /// Joins the run.
    ///
    /// - Throws: `RankFailure` where MPI cannot.
    init(_ library: MPILibrary) throws {
        table = library.table
        engine = library.name
        var place = CMPIPlace()
        try Self.check(table.start(&place), table)
        (rank, count) = (Int(place.rank), Int(place.ranks))
        machines = Self.machines(of: place)
    }

    /// The host name of each rank's machine; a second machine of the same name is `name#2`.
    private static func machines(of place: CMPIPlace) -> [String] {
        guard let machineOfRank = place.machineOfRank, let hostNames = place.hostNames else {
            return Array(repeating: "unknown machine", count: Int(place.ranks))
        }
        var times: [String: Int] = [:]
        let names = (0..<Int(place.machines)).map { machine in
            let name = String(cString: hostNames + machine * Int(CMPI_NAME_CAPACITY))
            times[name, default: 0] += 1
            return times[name] == 1 ? name : "\(name)#\(times[name] ?? 0)"
        }
        return (0..<Int(place.ranks)).map { names[Int(machineOfRank[$0])] }
    }

    func exchange(
        _ send: UnsafePointer<Float>, counts sendCounts: [Int32],
        into receive: UnsafeMutablePointer<Float>, counts receiveCounts: [Int32],
        among level: RankLevel
    ) throws -> Int32 {
        try begin {
            table.exchange(level.rawValue, send, sendCounts, receive, receiveCounts, &$0)
        }
    }

    func gather(
        _ all: UnsafeMutablePointer<Float>, counts: [Int32], among level: RankLevel
    ) throws -> Int32 {
        try begin { table.gather(level.rawValue, all, counts, &$0) }
    }

    func broadcast(_ bytes: UnsafeMutableRawPointer, count: Int, from root: Int) throws -> Int32 {
        try begin { table.broadcast(bytes, count, Int32(root), &$0) }
    }

    func send(_ bytes: UnsafeRawPointer, count: Int, to: Int, tag: Int32) throws -> Int32 {
        try begin { table.send(bytes, count, Int32(to), tag, &$0) }
    }

    func receive(
        _ bytes: UnsafeMutableRawPointer, count: Int, from: Int, tag: Int32
    ) throws -> Int32 {
        try begin { table.receive(bytes, count, Int32(from), tag, &$0) }
    }

    func test(_ operation: Int32) throws -> Bool {
        var done: Int32 = 0
        try Self.check(table.test(operation, &done), table)
        return done != 0
    }

    func finish() throws { try Self.check(table.finish(), table) }

    func abort(code: Int32) { table.abort(code) }

    private func begin(_ call: (inout Int32) -> Int32) throws -> Int32 {
        var operation: Int32 = 0
        try Self.check(call(&operation), table)
        return operation
    }

    private static func check(_ error: Int32, _ table: CMPITable) throws {
        guard error != 0 else { return }
        var text = [CChar](repeating: 0, count: 512)
        table.describe(error, &text, text.count)
        let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        throw RankFailure("MPI: \(String(decoding: bytes, as: UTF8.self))")
    }
}
