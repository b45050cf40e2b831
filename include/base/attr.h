/* Compiler attributes. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define NODISCARD         __attribute__((warn_unused_result))
#define PRINTF(at, first) __attribute__((format(printf, at, first)))
#define ARRAY_SIZE(a)     (sizeof(a) / sizeof((a)[0]))

#endif
