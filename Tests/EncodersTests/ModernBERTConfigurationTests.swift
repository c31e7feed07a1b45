import Encoders
import Testing

@Suite("ModernBERT configuration")
struct ModernBERTConfigurationTests {
    @Test("the presets have the published numbers of parameters")
    func presetCounts() {
        #expect(ModernBERTConfiguration.mmBERTBase.parameterCount == 307_786_240)
        #expect(ModernBERTConfiguration.mmBERTSmall.parameterCount == 140_897_536)
    }

    @Test("every preset is valid and found by its name")
    func presets() throws {
        for (name, configuration) in ModernBERTConfiguration.presets {
            try configuration.validate(at: name)
            #expect(ModernBERTConfiguration.preset(named: name) == configuration)
        }
        #expect(ModernBERTConfiguration.preset(named: "mmbert-huge") == nil)
    }

    @Test("layers 0, 3, … of mmBERT are global, the others see 64 tokens to either side")
    func windows() {
        let configuration = ModernBERTConfiguration.mmBERTBase
        let global = (0..<22).filter { configuration.window(ofLayer: $0) == nil }
        #expect(global == [0, 3, 6, 9, 12, 15, 18, 21])
        #expect(configuration.window(ofLayer: 1) == 64)
    }
}
