import Diagnostics
import Foundation
import Testing

/// Random changes of files, the same in every run: SplitMix64.
public struct Mutations: RandomNumberGenerator {
    private var state: UInt64

    /// The changes of one seed.
    public init(seed: UInt64) { state = seed }

    /// How many changes of each file; `MMBERT_MUTATIONS` asks for more than the usual few.
    public static let count =
        ProcessInfo.processInfo.environment["MMBERT_MUTATIONS"].flatMap { Int($0) } ?? 40

    /// The next random number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// One random change of `bytes`.
    public mutating func change(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard !bytes.isEmpty else { return bytes }
        let place = Int.random(in: 0..<bytes.count, using: &self)
        switch Int.random(in: 0..<6, using: &self) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1: bytes.removeLast(bytes.count - place)
        case 2:
            for i in place..<min(place + 4, bytes.count) { bytes[i] = 0xff }
        case 3:
            let front = min(bytes.count, 12)
            bytes[Int.random(in: 0..<front, using: &self)] = .random(in: 0...255, using: &self)
        case 4: bytes.insert(.random(in: 0...255, using: &self), at: place)
        default: bytes.remove(at: place)
        }
        return bytes
    }

    /// One random change of a number, or of a character, in JSON text.
    public mutating func change(json bytes: [UInt8]) -> [UInt8] {
        let numbers = [
            "0", "-1", "4294967296", "9223372036854775807", "1e99", "null", "[]", "\"x\"",
        ]
        var text = String(decoding: bytes, as: UTF8.self)
        let digits = text.ranges(of: /[0-9]+/)
        guard Bool.random(using: &self), let range = digits.randomElement(using: &self)
        else { return change(bytes) }
        text.replaceSubrange(range, with: numbers.randomElement(using: &self) ?? "0")
        return Array(text.utf8)
    }

    /// Whether `read` succeeded; fails the test on an error other than `InputError`.
    public static func isRead(_ what: String, _ read: () throws -> Void) -> Bool {
        do {
            try read()
            return true
        } catch is InputError {
            return false
        } catch {
            Issue.record("\(what): \(error)")
            return false
        }
    }
}
