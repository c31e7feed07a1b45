import Diagnostics

/// The tensors of a model folder: those of `model.safetensors`, or of the files that
/// `model.safetensors.index.json` names. Each file is checked as `SafetensorsFile` does.
public struct SafetensorsFolder: Sendable {
    /// The file that says which tensors there are: the only one, or the index.
    public let path: String
    /// Every tensor, file by file in the order of their bytes.
    public let tensors: [SafetensorsTensor]

    private let files: [SafetensorsFile]
    /// For each tensor its place in `tensors` and that of its file in `files`.
    private let places: [String: (tensor: Int, file: Int)]

    /// The name of the file of a model that has one.
    public static let fileName = "model.safetensors"
    /// The name of the index of a model that has several.
    public static let indexName = "model.safetensors.index.json"

    /// Opens the files of a model in `folder`; `model.safetensors` comes before an index, as in
    /// transformers.
    ///
    /// - Throws: `InputError` where there is neither, where a file is missing or damaged, where the
    ///   index names a tensor that its file lacks, and where a file has a tensor that the index
    ///   does not name.
    public init(path folder: String) throws {
        let single = Folder.join(folder, Self.fileName)
        let index = Folder.join(folder, Self.indexName)
        guard try !Folder.exists(single), try Folder.exists(index) else {
            try Self.requireSafetensors(single, in: folder)
            try self.init(files: [SafetensorsFile(path: single)], path: single)
            return
        }
        let map = try SafetensorsIndex(path: index).files
        let names = Set(map.values).sorted()
        let files = try names.map { try SafetensorsFile(path: Folder.join(folder, $0)) }
        for (tensor, name) in map.sorted(by: { $0.key < $1.key }) {
            let file = names.firstIndex(of: name).map { files[$0] }
            guard file?.tensor(named: tensor) != nil else {
                throw InputError(
                    at: "\(index): weight_map.\(tensor)",
                    expected: "a tensor of this name in \(name)",
                    found: "none",
                    remedy: "The index and its files are of different models: "
                        + "copy or save the model again.")
            }
        }
        try self.init(files: files, path: index)
        for (file, name) in zip(files, names) {
            for tensor in file.tensors where map[tensor.name] != name {
                throw InputError(
                    at: "\(file.path): \(tensor.name)",
                    expected: "only tensors that "
                        + "\(Self.indexName) places here",
                    found: "one of shape \(tensor.shape)",
                    remedy: "The index and its files are of different models: copy or save the "
                        + "model again.")
            }
        }
    }

    private init(files: [SafetensorsFile], path: String) throws {
        (self.files, self.path) = (files, path)
        tensors = files.flatMap(\.tensors)
        var places: [String: (tensor: Int, file: Int)] = [:]
        var count = 0
        for (number, file) in files.enumerated() {
            for tensor in file.tensors {
                places[tensor.name] = (count, number)
                count += 1
            }
        }
        self.places = places
    }

    /// Where there is no file of the right kind, says what is there instead.
    private static func requireSafetensors(_ path: String, in folder: String) throws {
        let other = "pytorch_model.bin"
        guard try !Folder.exists(path), try Folder.exists(Folder.join(folder, other)) else {
            return
        }
        throw InputError(
            at: path, expected: "weights as safetensors", found: "\(other) alone",
            remedy: "Load the model in transformers and save it with save_pretrained.")
    }

    /// The tensor of that name, or nil.
    public func tensor(named name: String) -> SafetensorsTensor? {
        places[name].map { tensors[$0.tensor] }
    }

    /// The file that holds the tensor, or should list it.
    public func path(of name: String) -> String {
        places[name].map { files[$0.file].path } ?? path
    }

    /// Overwrites `target` by numbers of a tensor of F32, F16, BF16 or F64, from the number
    /// `offset` on; `target` must not reach beyond the tensor.
    ///
    /// - Throws: `InputError` where one of them is NaN or infinite, as weights never are.
    public func read(
        _ name: String, from offset: Int = 0, into target: inout MutableSpan<Float>
    ) throws {
        let file = places[name].map { files[$0.file] } ?? files[0]
        try file.read(name, from: offset, into: &target)
    }

    /// What the tensor `name` has that `other` has not, as a phrase, `another number at [3, 0]`;
    /// nil where they are the same.
    package func firstDifference(of name: String, from other: String) throws -> String? {
        guard let tensor = tensor(named: name), tensor.shape == self.tensor(named: other)?.shape
        else { return "another shape" }
        for start in stride(from: 0, to: tensor.count, by: 1 << 16) {
            let range = start..<min(start + (1 << 16), tensor.count)
            let values = try [name, other].map { name in
                var values = [Float](repeating: 0, count: range.count)
                var span = values.mutableSpan
                try read(name, from: start, into: &span)
                release(name, range)
                return values
            }
            guard values[0] != values[1] else { continue }
            let place = range.first { values[0][$0 - start] != values[1][$0 - start] }
            return "another number at \(tensor.indexes(of: place ?? start))"
        }
        return nil
    }

    /// Lets the system take back the memory through which numbers of the tensor were read: all of
    /// them, or those in `range`.
    public func release(_ name: String, _ range: Range<Int>? = nil) {
        guard let place = places[name] else { return }
        files[place.file].release(name, range ?? 0..<tensors[place.tensor].count)
    }
}
