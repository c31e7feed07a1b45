extension Script {
    /// The scripts of made-up languages. Latin comes with three spellings.
    package static let known: [Script] =
        latin + [
            alphabet("Cyrl", "п б т д к г м н ң ф в с з ш ж х һ л р й ў ч џ ѳ а е и о у ө ү"),
            Script(
                code: "Arab",
                system: .alphabet(
                    letters(
                        "پ ب ت د ك گ م ن ڭ ف ڤ س ز ش ژ خ ھ ل ر ي ۋ چ ج ث ا ې ى و ۇ ۆ ۈ")),
                questionMark: "؟", comma: "،"),
            Script(code: "Deva", system: devanagari, period: "।"),
            alphabet(
                "Grek", "π μπ τ ντ κ γκ μ ν γγ φ β σ ζ σχ ζι χ ͱ λ ρ ι ου τσ τζ θ α ε ι ο ου οι υ"),
            Script(code: "Hang", system: .blocks),
            Script(code: "Ethi", system: .syllabary, period: "።", comma: "፣"),
            alphabet("Geor", "პ ბ ტ დ კ გ მ ნ ნგ ფ ვ ს ზ შ ჟ ხ ჰ ლ რ ჲ ჳ ჩ ჯ თ ა ე ი ო უ ჵ ჷ"),
            Script(code: "Beng", system: bengali, period: "।"),
            Script(
                code: "Armn",
                system: .alphabet(
                    letters(
                        "պ բ տ դ կ գ մ ն նգ ֆ վ ս զ շ ժ խ հ լ ր յ ւ չ ջ թ ա ե ի ո ու էօ իւ")),
                period: "։", comma: "՝"),
            alphabet(
                "Hebr", "פ ב ט ד ק ג מ נ נג ף װ ס ז ש זש ח ה ל ר י ו טש דזש ת א ע יִ אָ ו ײ ױ"),
            alphabet("Tfng", "ⵒ ⴱ ⵜ ⴷ ⴽ ⴳ ⵎ ⵏ ⵏⴳ ⴼ ⵠ ⵙ ⵣ ⵛ ⵊ ⵅ ⵀ ⵍ ⵔ ⵢ ⵡ ⵞ ⴵ ⵝ ⴰ ⴻ ⵉ ⵧ ⵓ ⴻⵧ ⵉⵓ"),
        ]

    /// Three ways to spell the same sounds in Latin letters.
    static let latin: [Script] = [
        alphabet("Latn", "p b t d k g m n ng f v s z sh zh kh h l r y w ch j th a e i o u ö ü"),
        alphabet("Latn", "p b t d k g m n ŋ f v s z š ž x h l r j w č dž þ a e i o u ø y"),
        alphabet("Latn", "p b t d c g m n ñ f v s z ş j q h l r i w ç gi ŧ a e i o u ê û"),
    ]

    private static func letters(_ list: String) -> [String] {
        let letters = list.split(separator: " ").map(String.init)
        precondition(
            letters.count == Phonemes.count,
            "Script: \(letters.count) letters for \(Phonemes.count) sounds")
        return letters
    }

    private static func alphabet(_ code: String, _ list: String) -> Script {
        Script(code: code, system: .alphabet(letters(list)))
    }

    private static let devanagari = System.abugida(
        consonants: words("प ब त द क ग म न ङ फ भ स ज़ श झ ख ह ल र य व च ज थ"),
        signs: ["", "े", "ि", "ो", "ु", "ॉ", "ी"], vowels: words("अ ए इ ओ उ ऑ ई"),
        silencer: "्")

    private static let bengali = System.abugida(
        consonants: words("প ব ত দ ক গ ম ন ঙ ফ ভ স ঝ শ ষ খ হ ল র য ৱ চ জ থ"),
        signs: ["", "ে", "ি", "ো", "ু", "ৈ", "ী"], vowels: words("অ এ ই ও উ ঐ ঈ"),
        silencer: "্")

    private static func words(_ list: String) -> [String] {
        list.split(separator: " ").map(String.init)
    }
}
