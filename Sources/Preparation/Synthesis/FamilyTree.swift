/// Which languages there are: families, their branches, and who descends from whom.
struct FamilyTree {
    /// Largest first.
    let languages: [SyntheticLanguage]

    /// About seven languages make a family, large and small ones mixed.
    private static let languagesPerFamily = 7
    private static let branchesPerFamily = 3

    init(seed: UInt64, languageCount: Int) {
        let familyCount = max(1, (languageCount + 3) / Self.languagesPerFamily)
        let ancestors = (0..<familyCount).map { Ancestor(seed: seed, family: $0) }
        var codes: Set<String> = []
        languages = (0..<languageCount).map { index in
            var draws = Draws(
                seed: seed, purpose: "synthesis language", stream: UInt64(index))
            let family = index < familyCount ? index : draws.zipf(familyCount)
            return Self.language(
                index, seed: seed, family: family, ancestors: ancestors, codes: &codes, &draws)
        }
    }

    private static func language(
        _ index: Int, seed: UInt64, family: Int, ancestors: [Ancestor], codes: inout Set<String>,
        _ draws: inout Draws
    ) -> SyntheticLanguage {
        let branch = draws.integer(below: branchesPerFamily)
        let branchStream = UInt64(family * branchesPerFamily + branch)
        var branchDraws = Draws(seed: seed, purpose: "synthesis branch", stream: branchStream)
        var grammar = ancestors[family].grammar
        grammar.drift(&branchDraws)
        grammar.drift(&draws)
        let changes =
            Self.changes(3, &branchDraws) + Self.changes(1 + draws.integer(below: 3), &draws)
        let script = script(family: family, index: index, codes: &codes, &draws)
        let ancestor = ancestors[family]
        return SyntheticLanguage(
            code: code(index, script), name: name(ancestor, changes, &draws),
            family: familyName(family, ancestor, seed: seed), branch: branch, index: index,
            script: script, grammar: grammar, ancestor: ancestor,
            neighbour: ancestors[(family + 1) % ancestors.count], changes: changes, seed: seed,
            branchStream: branchStream)
    }

    private static func changes(_ count: Int, _ draws: inout Draws) -> [SoundChange] {
        (0..<count).map { _ in draws.element(of: SoundChange.known) }
    }

    /// A family has a script, every second one Latin; one language in eight has gone over to Latin.
    /// Where a code is taken, the next script gives another one.
    private static func script(
        family: Int, index: Int, codes: inout Set<String>, _ draws: inout Draws
    ) -> Script {
        let others = Array(Script.known.dropFirst(Script.latin.count))
        var script =
            family % 2 == 0 || draws.chance(0.125)
            ? Script.latin[family / 2 % Script.latin.count] : others[family / 2 % others.count]
        var next = 0
        while !codes.insert(code(index, script)).inserted, next < others.count {
            script = others[next]
            next += 1
        }
        return script
    }

    /// `qaa` to `qtz` are 520 codes for private use; further languages share one in another script.
    private static func code(_ index: Int, _ script: Script) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return "q\(letters[index / 26 % 20])\(letters[index % 26])_\(script.code)"
    }

    private static func name(
        _ ancestor: Ancestor, _ changes: [SoundChange], _ draws: inout Draws
    ) -> String {
        var word = ancestor.phonology.root(rank: 200, &draws)
        for change in changes { word = change.applied(to: word) }
        return latinName(word)
    }

    private static func familyName(_ family: Int, _ ancestor: Ancestor, seed: UInt64) -> String {
        var draws = Draws(seed: seed, purpose: "synthesis family name", stream: UInt64(family))
        return latinName(ancestor.phonology.root(rank: 200, &draws) + Phonemes.named("ik"))
    }

    private static func latinName(_ word: [Phoneme]) -> String {
        String(decoding: capitalized(Script.latin[0].written(word)), as: UTF8.self)
    }
}
