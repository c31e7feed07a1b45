import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite struct ParquetTests {
    /// What `make_parquet.py` wrote beside the files.
    private struct Expected: Decodable {
        var documents: [String]
        var files: [String: Content]
    }

    /// The rows of a file, as places among the documents, or part of the message against it.
    private enum Content: Decodable {
        case rows([Int?])
        case message(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let rows = try? container.decode([Int?].self) {
                self = .rows(rows)
            } else {
                self = .message(try container.decode(String.self))
            }
        }
    }

    private static func path(_ name: String) -> String {
        Fixtures.path("Parquet/files/\(name).parquet")
    }

    private static func expected() throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(Fixtures.bytes("Parquet/expected.json")))
    }

    private func texts(_ path: String, _ column: String = "text") throws -> [String?] {
        var reader = try ParquetReader(path: path, columns: [(column, "--text-field")])
        var texts: [String?] = []
        while let row = try reader.next() {
            texts.append(row[0].string.map { String(decoding: $0, as: UTF8.self) })
        }
        #expect(reader.rowsRead == reader.rows && texts.count == reader.rows)
        return texts
    }

    @Test func `what pyarrow writes is read, in every version, encoding and codec`() throws {
        let expected = try Self.expected()
        #expect(expected.files.count > 50)
        for (name, content) in expected.files {
            let path = Self.path(name)
            switch content {
            case .rows(let places):
                let rows = places.map { $0.map { expected.documents[$0] } }
                #expect(try texts(path) == rows, "\(name)")
            case .message(let message):
                let error = #expect(throws: InputError.self) { _ = try texts(path) }
                #expect(error?.description.contains(message) == true, "\(name)")
                #expect(error?.location.hasPrefix(path) == true, "\(name)")
            }
        }
    }

    @Test func `several columns are read side by side, also those of groups`() throws {
        let name = try #require(
            try Self.expected().files.keys.first { $0.contains("nested") && $0.hasPrefix("1") })
        let names = ["meta.text", "id"]
        var reader = try ParquetReader(
            path: Self.path(name), columns: names.map { ($0, "--text-field") })
        for number in 0..<reader.rows {
            let row = try #require(try reader.next())
            #expect(row[0].string == (number % 4 == 0 ? nil : Array("m\(number)".utf8)))
            #expect(row[1].string == Array("<\(number)>".utf8))
        }
        #expect(try reader.next() == nil)
    }

    @Test func `a flipped bit in a page with a checksum is refused with its place`() throws {
        let names = try Self.expected().files.keys.filter { $0.contains("-alone-one") }
        let folder = try TemporaryFolder()
        var errors: [InputError] = []
        for name in names {
            let bytes = try Fixtures.bytes("Parquet/files/\(name).parquet")
            for place in stride(from: 100, to: 1000, by: 100) {
                var flipped = bytes
                flipped[place] ^= 4
                let path = try folder.write(flipped, to: "a.parquet")
                do { _ = try texts(path) } catch let error as InputError { errors.append(error) }
            }
        }
        let checksums = errors.filter { $0.found == "bytes that do not have the page's checksum" }
        #expect(checksums.count > names.count)
        let place = "\(folder.path)/a.parquet, row group 1, column “text”, page at byte "
        #expect(checksums.allSatisfy { $0.location.hasPrefix(place) })
        #expect(checksums.contains { $0.location == place + "4" })
    }

    @Test func `what is no Parquet file says so`() throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixtures.bytes("Parquet/files/one-word.parquet")
        for (content, found) in [
            ([], "an empty file"), (Array("PAR1".utf8), "4 bytes that do not"),
            (Array(bytes.dropLast(3)), "bytes that do not"),
            (Array("{\"text\": \"a line of JSON\"}".utf8), "bytes that do not"),
            (bytes.dropLast(8) + [0xff, 0xff, 0xff, 0x7f] + bytes.suffix(4), "one of 2147483647"),
            (bytes.dropLast(4) + Array("PARE".utf8), "an encrypted one"),
        ] {
            let path = try folder.write(content, to: "a.parquet")
            let error = #expect(throws: InputError.self) { _ = try texts(path) }
            #expect(error?.location == path && error?.found.contains(found) == true, "\(found)")
        }
    }

    @Test func `strings that are longer than wanted are told apart from nulls`() throws {
        var reader = try ParquetReader(
            path: Self.path("long-header"), columns: [("text", "--text-field")], longest: 4095)
        #expect(try reader.next() == [.tooLong])
        let names = try Self.expected().files.keys.filter { $0.contains("-nulls-") }
        for name in names {
            var reader = try ParquetReader(
                path: Self.path(name), columns: [("text", "--text-field")], longest: 0)
            var values: [ParquetReader.Value] = []
            while let row = try reader.next() { values += row }
            #expect(values.contains(.null) && values.contains(.tooLong), "\(name)")
        }
    }

    @Test func `every shorter file is refused`() throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixtures.bytes("Parquet/files/lz4-hadoop.parquet")
        for count in 0..<bytes.count {
            let path = try folder.write(Array(bytes.prefix(count)), to: "a.parquet")
            #expect(throws: InputError.self, "\(count) bytes") { _ = try texts(path) }
        }
    }
}

@Suite struct ThriftReaderTests {
    @Test func `values nested too deeply are refused, in any mixture`() throws {
        for head: [UInt8] in [[0x1c], [0x19, 0x19], [0x1b, 0x01, 0xcc]] {
            var reader = ThriftReader(Array(repeatElement(head, count: 100_000).joined()))
            #expect(throws: ThriftReader.Problem.malformed("values nested too deeply")) {
                try reader.skip(.structure)
            }
        }
    }

    @Test func `sizes larger than what is there take no memory`() throws {
        let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x07]
        for bytes in [[0x18] + huge, [0x19, 0xf8] + huge, [0x1b] + huge + [0x88]] {
            var reader = ThriftReader(bytes)
            #expect(throws: ThriftReader.Problem.end) { try reader.skip(.structure) }
        }
        var reader = ThriftReader([0x18] + Array(repeating: 0xff, count: 12))
        #expect(throws: ThriftReader.Problem.malformed("a number of more than 64 bits")) {
            try reader.skip(.structure)
        }
    }

    @Test func `numbers are read at the edges of their widths`() throws {
        for (bytes, number) in [
            ([0x00], 0), ([0x01], -1), ([0x02], 1),
            ([0xff, 0xff, 0xff, 0xff, 0x0f], -2_147_483_648),
            (Array(repeating: UInt8(0xff), count: 9) + [0x01], Int.min),
            ([0xfe] + Array(repeating: UInt8(0xff), count: 8) + [0x01], Int.max),
        ] as [([UInt8], Int)] {
            var reader = ThriftReader(bytes)
            #expect(try reader.integer(.int64) == number)
        }
    }
}
