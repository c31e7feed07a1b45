import Curriculum
import Testing
