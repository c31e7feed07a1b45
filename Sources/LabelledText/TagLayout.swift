/// Which columns of a file hold words and tags.
public enum TagLayout: String, Sendable, CaseIterable {
    /// The word in the first column and the tag in the last, parted by tabs or spaces, as in
    /// CoNLL's shared tasks and XTREME's processed files; a single column has no tags.
    case conll
    /// WikiANN as it is published: the language and a colon stand before each word.
    case panx
    /// Universal NER: number, word, tag and more, parted by tabs.
    case uner
    /// CoNLL-U: ten columns, of which FORM and UPOS are read.
    case conllu = "conll-u"

    /// How many columns there must be, nil for any.
    var width: Int? { self == .conllu ? 10 : nil }

    /// The fewest columns with which there are tags.
    var fewest: Int {
        switch self {
        case .conll: 1
        case .panx: 1
        case .uner: 3
        case .conllu: 10
        }
    }

    /// The place of the word.
    var word: Int { self == .uner || self == .conllu ? 1 : 0 }

    /// The place of the tag among `width` columns, nil for none.
    func tag(width: Int) -> Int? {
        switch self {
        case .conll, .panx: width > 1 ? width - 1 : nil
        case .uner: 2
        case .conllu: 3
        }
    }
}
