import Recipes
import Testing

@Suite("Mistakes in recipes")
struct RecipeErrorTests {
    @Test("A mistake is told with file, line, key, and what to do", arguments: 0..<1)
    func messages(index: Int) throws {
    }
}
