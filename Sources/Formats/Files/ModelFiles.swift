/// The names of a Hugging Face model folder's files, those that several modules know. The weights'
/// names are `SafetensorsFolder`'s, the tokenizer's are `TokenizerFolder`'s.
public enum ModelFiles {
    /// The model's shape.
    public static let configuration = "config.json"
    /// The list of sentence-transformers' modules.
    public static let modules = "modules.json"
    /// How sentence-transformers compares vectors, and what it puts before texts.
    public static let sentenceSettings = "config_sentence_transformers.json"
    /// The longest text that sentence-transformers takes.
    public static let sentenceLength = "sentence_bert_config.json"
    /// The folder of sentence-transformers' pooling module, with a configuration of its own.
    public static let poolingFolder = "1_Pooling"

    /// The files of sentence-transformers, those in folders last.
    public static let sentenceTransformers = [
        modules, sentenceSettings, sentenceLength, "\(poolingFolder)/\(configuration)",
    ]
}
