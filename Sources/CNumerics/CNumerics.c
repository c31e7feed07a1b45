// The functions of CNumerics are inline; a target needs one file to compile.
#include "CNumerics.h"
