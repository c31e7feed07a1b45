import Diagnostics
import Formats
import TestSupport
import Testing

@Suite("Numbers of tensors that are not finite")
struct FiniteNumbersTests {
    /// A file with the tensor `a` of 3 rows of 300, ones but for what `values` says.
    private func write(
        _ values: [Int: Float], as element: SafetensorsElement, to folder: TemporaryFolder
    ) throws -> SafetensorsFile {
        let path = folder.path("a.safetensors")
        let writer = try SafetensorsWriter(
            path: path, tensors: [.init(name: "a", element: element, shape: [3, 300])])
        var numbers = [Float](repeating: 1, count: 900)
        for (place, value) in values { numbers[place] = value }
        try writer.write(numbers, to: "a")
        try writer.finish()
        return try SafetensorsFile(path: path)
    }

    private func read(_ file: SafetensorsFile, from start: Int = 0, count: Int = 900) throws {
        var numbers = [Float](repeating: 0, count: count)
        var span = numbers.mutableSpan
        try file.read("a", from: start, into: &span)
    }

    @Test(
        "are an error that counts them and names the first, in every element",
        arguments: [SafetensorsElement.f32, .f16, .bf16, .f64],
        [Float.nan, .infinity, -.infinity])
    func refused(element: SafetensorsElement, value: Float) throws {
        let folder = try TemporaryFolder()
        let file = try write([307: value, 899: .nan], as: element, to: folder)
        let error = #expect(throws: InputError.self) { try read(file) }
        #expect(error?.location == folder.path("a.safetensors: a"))
        #expect(
            error?.found == "2 of 900 that are NaN or infinite, the first \(value) at [1, 7]")
        // A part without them is read.
        try read(file, count: 307)
        #expect(throws: InputError.self) { try read(file, from: 308, count: 592) }
    }

    @Test(
        "are found wherever they are, and large ones are not taken for them",
        arguments: [0, 1, 7, 8, 9, 63, 257, 899])
    func places(place: Int) throws {
        let folder = try TemporaryFolder()
        try read(try write([place: -.greatestFiniteMagnitude], as: .f32, to: folder))
        let file = try write([place: -.nan], as: .f32, to: folder)
        let error = #expect(throws: InputError.self) { try read(file) }
        #expect(error?.found.hasPrefix("1 of 900 that is NaN") == true)
        #expect(error?.found.hasSuffix("at [\(place / 300), \(place % 300)]") == true)
    }
}
