/** <math.h> for double. The float and long double variants (sqrtf, powl) are not declared. */
import { header } from './guard.js'

const unary = [
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'cbrt',
  'ceil',
  'cos',
  'cosh',
  'exp',
  'exp2',
  'expm1',
  'fabs',
  'floor',
  'log',
  'log10',
  'log1p',
  'log2',
  'nearbyint',
  'rint',
  'round',
  'sin',
  'sinh',
  'sqrt',
  'tan',
  'tanh',
  'trunc',
]
const binary = ['atan2', 'copysign', 'fdim', 'fmax', 'fmin', 'fmod', 'hypot', 'pow']

export const math = header(
  'math.h',
  `
#define M_E 2.7182818284590452354
#define M_LOG2E 1.4426950408889634074
#define M_LOG10E 0.43429448190325182765
#define M_LN2 0.69314718055994530942
#define M_LN10 2.30258509299404568402
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_1_PI 0.31830988618379067154
#define M_2_PI 0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2 1.41421356237309504880
#define M_SQRT1_2 0.70710678118654752440
#define HUGE_VAL (1.0 / 0.0)
#define INFINITY (1.0f / 0.0f)
#define NAN (0.0f / 0.0f)
${unary.map((name) => `double ${name}(double x);`).join('\n')}
${binary.map((name) => `double ${name}(double x, double y);`).join('\n')}
double ldexp(double x, int exponent);
double frexp(double x, int *exponent);
double modf(double x, double *whole);
long lround(double x);
long long llround(double x);
long lrint(double x);
int __isnan(double x);
int __isinf(double x);
int __finite(double x);
int __signbit(double x);
#define isnan(x) __isnan(x)
#define isinf(x) __isinf(x)
#define isfinite(x) __finite(x)
#define signbit(x) __signbit(x)
`,
)
