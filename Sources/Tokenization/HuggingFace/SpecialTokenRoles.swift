import Diagnostics
import Foundation

/// Which tokens have roles that a `tokenizer.json` does not name, by the files beside it:
/// `special_tokens_map.json`, and `tokenizer_config.json` for what that lacks.
struct SpecialTokenRoles {
    let padding: String
    let unknown: String
    let mask: String

    /// - Parameters:
    ///   - files: those beside the file.
    ///   - path: the file.
    /// - Throws: `InputError` naming a role that no token has.
    init(_ files: [(name: String, content: [UInt8])], beside path: String) throws {
        let tokens = Self.tokens(files)
        func token(_ role: String) throws -> String {
            if let token = tokens[role] { return token }
            let folder = URL(filePath: path).deletingLastPathComponent()
            throw InputError(
                at: folder.appending(path: TokenizerFolder.specialTokensName).relativePath,
                expected: "\(role), a token of the vocabulary", found: "none",
                remedy: "Put the model's special_tokens_map.json or tokenizer_config.json beside "
                    + "tokenizer.json.")
        }
        padding = try token("pad_token")
        unknown = try token("unk_token")
        mask = try token("mask_token")
    }

    /// The token of each role that files of these names give, such as `mask_token`.
    static func tokens(_ files: [(name: String, content: [UInt8])]) -> [String: String] {
        var tokens: [String: String] = [:]
        for name in [TokenizerFolder.configurationName, TokenizerFolder.specialTokensName] {
            guard let file = files.first(where: { $0.name == name }),
                let object = try? JSONSerialization.jsonObject(with: Data(file.content)),
                let roles = object as? [String: Any]
            else { continue }
            for (role, value) in roles {
                // A token is a string, or an object that says how it is looked for.
                let token = value as? String ?? (value as? [String: Any])?["content"] as? String
                if let token { tokens[role] = token }
            }
        }
        return tokens
    }
}
