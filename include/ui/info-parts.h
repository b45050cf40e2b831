/* What the files of the information screens share. For src/ui/info*.c only. */
#ifndef UI_INFO_PARTS_H
#define UI_INFO_PARTS_H

#include "ui/info.h"

/* Puts bytes in upper-case hexadecimal, 16 a line, all lines but the first behind indent blanks,
 * and the line end. */
void info_put_bytes(struct out *out, struct span bytes, size_t indent);

#endif
