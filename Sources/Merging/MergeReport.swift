/// What a merge did, tensor by tensor.
public struct MergeReport: Sendable, Equatable, Encodable {
    /// One tensor of the merged model.
    public struct TensorReport: Sendable, Equatable, Encodable {
        /// Hugging Face name.
        public let name: String
        /// What trimming kept and where the signs conflicted; nothing for averages and for tensors
        /// taken from the base.
        public let agreement: Agreement?
    }

    /// The base's folder, if there is one.
    public let base: String?
    /// The models' folders, in the order of the weights.
    public let models: [String]
    /// The formula, with its parameters.
    public let configuration: MergeConfiguration
    /// Every tensor, in the order of the file.
    public let tensors: [TensorReport]

    /// All tensors with an agreement together; nothing for averages.
    public var total: Agreement? {
        let parts = tensors.compactMap(\.agreement)
        guard !parts.isEmpty else { return nil }
        var total = Agreement(models: models.count)
        for part in parts { total.add(part) }
        return total
    }
}
