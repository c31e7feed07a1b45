extension BytePairEncoder {
    /// Appends the ids of a text.
    ///
    /// - Parameter encodeLongPart: encodes a part of more than `longestPart` characters.
    /// - Returns: false where the text is not valid UTF-8; what was appended until then is useless.
    func encode(
        _ text: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32],
        encodeLongPart: (UnsafeBufferPointer<UInt8>, inout [Int32]) -> Void
    ) -> Bool {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.longestPart) { symbols in
            withUnsafeTemporaryAllocation(
                of: MergeTable.Merge.self, capacity: Self.longestPart
            ) { candidates in
                let part = Part(symbols: symbols, candidates: candidates)
                return encode(text, part, appendingTo: &ids, encodeLongPart)
            }
        }
    }

    /// The part that is being collected, and room for its merges.
    private struct Part {
        let symbols: UnsafeMutableBufferPointer<Int32>
        let candidates: UnsafeMutableBufferPointer<MergeTable.Merge>
        var count = 0
        var start = 0
        var last: Int32 = CharacterTable.unknown

        mutating func append(_ symbol: Int32, at index: Int) {
            if count == 0 { start = index }
            if count < symbols.count { symbols[count] = symbol }
            last = symbol
            count += 1
        }
    }

    private func encode(
        _ text: UnsafeBufferPointer<UInt8>, _ part: consuming Part,
        appendingTo ids: inout [Int32],
        _ encodeLongPart: (UnsafeBufferPointer<UInt8>, inout [Int32]) -> Void
    ) -> Bool {
        func endPart(at end: Int) {
            if part.count > Self.longestPart {
                encodeLongPart(UnsafeBufferPointer(rebasing: text[part.start..<end]), &ids)
            } else if part.count > 0 {
                merge(part, appendingTo: &ids)
            }
            part.count = 0
        }
        var index = 0
        while index < text.count {
            var (scalar, length) = decodeScalar(text, at: index)
            guard length > 0 else { return false }
            if scalar == 0x20 { scalar = spaceSymbol }
            let entry = characters[scalar]
            if entry.trieNode != 0, let symbol = symbols.longest(in: text, at: index) {
                endPart(at: index)
                ids.append(symbol.id)
                index = symbol.end
                continue
            }
            if entry.symbol == CharacterTable.unknown {
                endPart(at: index)
                appendBytes(of: scalar, to: &ids)
            } else {
                if part.count > 0, !neighbours.mayContain(part.last, entry.symbol) {
                    endPart(at: index)
                }
                part.append(entry.symbol, at: index)
            }
            index += length
        }
        endPart(at: index)
        return true
    }

    /// Merges the best pair, leftmost on ties, until none is left, and appends the pieces.
    private func merge(_ part: Part, appendingTo ids: inout [Int32]) {
        let count = merges.join(part.symbols, count: part.count, candidates: part.candidates)
        for symbol in part.symbols[..<count] {
            if symbol < pieceCount {
                ids.append(symbol)
            } else {
                appendBytes(of: charactersWithoutPiece[Int(symbol - pieceCount)], to: &ids)
            }
        }
    }

    /// Byte fallback.
    private func appendBytes(of scalar: UInt32, to ids: inout [Int32]) {
        for byte in utf8(of: scalar) { ids.append(bytes[Int(byte)]) }
    }
}
