/// One kind of tokenizer: how text becomes ids, and ids text. Safe to use from several threads.
protocol TokenCodec: Sendable {
    /// Appends the ids of UTF-8 text. Wrong bytes count as U+FFFD.
    func encode(_ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32])

    /// The UTF-8 of ids, all of them in the vocabulary. Control tokens give none.
    func decode(_ ids: [Int32]) -> [UInt8]
}
