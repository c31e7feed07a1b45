/// The names and numbers of the format, of which files have the numbers.
///
/// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
enum ParquetFormat {
    /// What a file begins and ends with.
    static let magic = Array("PAR1".utf8)
    /// What a file ends with whose footer is encrypted.
    static let encryptedMagic = Array("PARE".utf8)

    /// How a value is stored.
    enum PhysicalType: Int {
        case boolean = 0
        case int32, int64, int96, float, double, byteArray, fixedLengthByteArray
    }

    /// Whether a field may be missing or there more than once.
    enum Repetition: Int {
        case required = 0
        case optional, repeated
    }

    /// How pages are compressed.
    enum Codec: Int {
        case uncompressed = 0
        case snappy, gzip, lzo, brotli, lz4, zstd, lz4Raw

        /// The codec's name, as in the specification.
        var name: String {
            switch self {
            case .uncompressed: "uncompressed"
            case .snappy: "Snappy"
            case .gzip: "gzip"
            case .lzo: "LZO"
            case .brotli: "Brotli"
            case .lz4: "LZ4"
            case .zstd: "zstd"
            case .lz4Raw: "LZ4_RAW"
            }
        }
    }

    /// How values or levels are encoded.
    enum Encoding: Int {
        case plain = 0
        case plainDictionary = 2
        case rle, bitPacked, deltaBinaryPacked, deltaLengthByteArray, deltaByteArray
        case rleDictionary, byteStreamSplit
    }

    /// What a page holds.
    enum PageKind: Int {
        case data = 0
        case index, dictionary, dataV2
    }
}
