import Formats
import Foundation
import TestSupport
import Testing

@Suite struct NumPyWriterTests {
    @Test("Rows follow a header of 128 bytes that says how many there are", arguments: [0, 1, 3])
    func writes(rows: Int) throws {
        let folder = try TemporaryFolder()
        let writer = try NumPyWriter(path: folder.path("a.npy"), columns: 2)
        for row in 0..<rows { try writer.append([Float(row), -0.5]) }
        try writer.finish()
        let bytes = Array(try Data(contentsOf: URL(filePath: folder.path("a.npy"))))
        try #require(bytes.count == 128 + 8 * rows)
        #expect(Array(bytes[..<10]) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
        let header = String(decoding: bytes[10..<128], as: UTF8.self)
        #expect(
            header.hasPrefix(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), 2), }  "))
        #expect(header.hasSuffix(" \n"))
        let numbers: [Float] = (0..<rows).flatMap { [Float($0), -0.5] }
        let expected = numbers.flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
        }
        #expect(Array(bytes[128...]) == expected)
    }

    @Test("There is no file before it is finished")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        try NumPyWriter(path: folder.path("a.npy"), columns: 2).append([1, 2])
        #expect(try Folder.contents(of: folder.path).isEmpty)
    }
}
