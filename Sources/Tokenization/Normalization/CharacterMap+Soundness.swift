extension CharacterMap {
    /// Whether every key leads to a replacement without leaving the array, and no key to itself.
    ///
    /// SentencePiece 0.1 follows a damaged array wherever it leads; this is asked before it gets one.
    ///
    /// - Parameters:
    ///   - units: the double array.
    ///   - replacements: what stands behind it.
    static func isSound(_ units: [UInt32], _ replacements: [UInt8]) -> Bool {
        guard !units.isEmpty, replacements.last == 0 else { return false }
        var visit = Visit(units: units, replacements: replacements)
        return visit.follow(from: distance(units[0]), depth: 0)
    }

    /// A walk over all keys.
    private struct Visit {
        let units: [UInt32]
        let replacements: [UInt8]
        /// The places from which all keys are sound.
        private var sound: Set<Int> = []

        /// More bytes than a key has.
        private static let longestKey = 128

        init(units: [UInt32], replacements: [UInt8]) {
            (self.units, self.replacements) = (units, replacements)
        }

        /// - Parameter base: the place whose children are `base` with their byte's bits changed.
        mutating func follow(from base: Int, depth: Int) -> Bool {
            if sound.contains(base) { return true }
            guard depth < Self.longestKey, base | 0xff < units.count else { return false }
            for byte in 1...0xff {
                let place = base ^ byte
                guard units[place] & 0x8000_00ff == UInt32(byte) else { continue }
                let next = place ^ CharacterMap.distance(units[place])
                if units[place] >> 8 & 1 != 0, !leadsToReplacement(next) { return false }
                guard follow(from: next, depth: depth + 1) else { return false }
            }
            sound.insert(base)
            return true
        }

        private func leadsToReplacement(_ place: Int) -> Bool {
            guard place < units.count else { return false }
            let start = Int(units[place] & 0x7fff_ffff)
            return start < replacements.count && replacements[start] & 0xc0 != 0x80
        }
    }
}
