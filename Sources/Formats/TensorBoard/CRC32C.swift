/// The cyclic redundancy check of TensorBoard's records: CRC-32C (Castagnoli), reflected.
enum CRC32C {
    /// The check of `bytes`; 0xe3069283 for the text `123456789`.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes { crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8) }
        return ~crc
    }

    /// The check as records carry it: rotated and shifted, so that a check of checks is not a
    /// constant.
    static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let crc = checksum(bytes)
        return ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in
            crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1
        }
    }
}
