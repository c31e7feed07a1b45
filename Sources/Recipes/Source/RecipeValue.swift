import Diagnostics
import Formats

/// A value in a recipe with its place.
typealias RecipeValue = YAMLValue<RecipeSource>

/// A mapping in a recipe whose keys are known.
typealias RecipeFields = YAMLFields<RecipeSource>
