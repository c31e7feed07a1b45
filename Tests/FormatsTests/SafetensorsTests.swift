import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
    private func contents(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test("of the reference writer are read, number by number")
    func reference() throws {
        let file = try SafetensorsFile(path: Fixtures.path("Formats/tensors.safetensors"))
        #expect(file.metadata == ["format": "pt", "note": "a \"quote\""])
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let expected = try decoder.decode(
            [String: [Float]].self, from: Data(Fixtures.bytes("Formats/tensors.json")))
        #expect(expected.count == 5)
        for (name, numbers) in expected {
            // Every stored format is exact in Float, so nothing may differ.
            #expect(try file.floats(name).map(\.bitPattern) == numbers.map(\.bitPattern), "\(name)")
        }
        #expect(file.tensor(named: "weight")?.shape == [3, 5])
        #expect(file.tensor(named: "scalar")?.shape == [])
        #expect(file.tensor(named: "empty")?.shape == [0, 4])
        #expect(file.tensor(named: "counts")?.element == .i64)
        #expect(try file.withBytes(of: "flags") { $0.byteCount } == 3)
        #expect(throws: InputError.self) { try file.floats("counts") }
        #expect(throws: InputError.self) { try file.floats("weights") }
    }

    @Test("are read in pieces")
    func pieces() throws {
        let file = try SafetensorsFile(path: Fixtures.path("Formats/tensors.safetensors"))
        let whole = try file.floats("weight.bf16")
        var piece = [Float](repeating: 0, count: 3)
        var span = piece.mutableSpan
        try file.read("weight.bf16", from: 2, into: &span)
        #expect(piece == Array(whole[2..<5]))
    }

    @Test("are written with the bytes of the reference writer")
    func equalBytes() throws {
        let folder = try TemporaryFolder()
        let plans: [SafetensorsWriter.Plan] = [
            .init(name: "b", shape: [3]), .init(name: "a", element: .f16, shape: [2]),
            .init(name: "c/d", element: .bf16, shape: [4]),
            .init(name: "z", element: .f64, shape: [1]), .init(name: "e", shape: [2]),
            .init(name: "B", element: .bf16, shape: [5]),
        ]
        let writer = try SafetensorsWriter(path: folder.path("a.safetensors"), tensors: plans)
        #expect(writer.layout.map(\.name) == ["z", "b", "e", "B", "c/d", "a"])
        for plan in plans.reversed() {
            let numbers = (0..<plan.count).map { Float($0) * 0.5 - 1 }
            // In two pieces, the later one first.
            let half = plan.count / 2
            try writer.write(numbers.span.extracting(half..<plan.count), to: plan.name, from: half)
            try writer.write(numbers.span.extracting(0..<half), to: plan.name)
        }
        #expect(try !Folder.exists(folder.path("a.safetensors")))
        try writer.finish()
        let found = try contents(folder.path("a.safetensors"))
        #expect(try found == Fixtures.bytes("Formats/canonical.safetensors"))
        #expect(try Folder.contents(of: folder.path) == ["a.safetensors"])
    }

    @Test("hold large tensors, and names that need escapes")
    func large() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        let numbers = (0..<200_001).map { Float($0) * 1e-3 }
        let writer = try SafetensorsWriter(
            path: path,
            tensors: [
                .init(name: "a \"b\"\\\n中", shape: [3, 66667]),
                .init(name: "half", element: .bf16, shape: [200_001]),
            ])
        try writer.write(numbers, to: "a \"b\"\\\n中")
        try writer.write(numbers, to: "half")
        try writer.finish()
        let file = try SafetensorsFile(path: path)
        #expect(try file.floats("a \"b\"\\\n中") == numbers)
        // bfloat16 keeps 8 significant bits: rounding is off by at most 2⁻⁸ of the number.
        let half = try file.floats("half")
        #expect(zip(half, numbers).allSatisfy { abs($0 - $1) <= 0x1p-8 * $1.magnitude })
    }

    @Test("round to half precision and bfloat16 as IEEE 754 says")
    func rounding() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        let numbers: [Float] = [
            0, -0.0, 1, 1.00048828125, 1.0009765625, 65519.99, 65520, -70000, 0x1p-24, 0x1p-25,
            0x1.8p-25, 0x1.ff8p-15, 0x1.ffep-15, 0x1p-14, .infinity, .nan, 3.4e38, 1e-40,
        ]
        let writer = try SafetensorsWriter(
            path: path,
            tensors: [
                .init(name: "f16", element: .f16, shape: [numbers.count]),
                .init(name: "bf16", element: .bf16, shape: [numbers.count]),
            ])
        try writer.write(numbers, to: "f16")
        try writer.write(numbers, to: "bf16")
        try writer.finish()
        let file = try SafetensorsFile(path: path)
        let half = try file.floats("f16")
        let expected: [Float] = [
            0, -0.0, 1, 1, 1.0009765625, 65504, .infinity, -.infinity, 0x1p-24, 0,
            0x1p-24, 0x1.ff8p-15, 0x1p-14, 0x1p-14, .infinity, .nan, .infinity, 0,
        ]
        for (number, pair) in zip(numbers, zip(half, expected)) {
            #expect(
                pair.0.bitPattern == pair.1.bitPattern || (pair.0.isNaN && pair.1.isNaN),
                "\(number)")
        }
        let brain = try file.floats("bf16")
        #expect(brain[15].isNaN && brain[16] == .infinity && brain[14] == .infinity)
        #expect(brain[3] == 1 && brain[17] > 0)
    }

    @Test(
        "that are wrong are refused",
        arguments: [
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "within 7 bytes"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "as the header says"),
            (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "expected 12 bytes"),
            (#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, "a.dtype"),
            (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "a.shape"),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8,
                "a.shape"
            ),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "a.data_offsets"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "a.data_offsets"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8, "a.data_offsets"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "bytes from 0 on"),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                    + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
                "bytes from 8 on"
            ),
            (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, "a.data_offsets: expected this key"),
            (#"{"a":5}"#, 8, "a"), ("[]", 8, "begins with {"), ("{", 8, "JSON"),
        ])
    func wrongHeader(header: String, size: Int, message: String) throws {
        let folder = try TemporaryFolder()
        let length = withUnsafeBytes(of: UInt64(header.utf8.count)) { Array($0) }
        let path = try folder.write(
            length + Array(header.utf8) + [UInt8](repeating: 0, count: size), to: "a")
        let error = #expect(throws: InputError.self) { try SafetensorsFile(path: path) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        #expect(error?.location.hasPrefix(path) == true)
    }

    @Test("whose header has an impossible length are refused", arguments: [0, 7, 8, 9])
    func wrongLength(size: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([UInt8](repeating: 0xff, count: size), to: "a")
        #expect(throws: InputError.self) { try SafetensorsFile(path: path) }
    }
}
