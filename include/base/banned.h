/* Functions that are not to be called here, in the style of git's header of this name. The build
 * puts it before the first line of every source of the library and the program. The system's
 * headers that declare them come first, so that only our own calls are met.
 *
 * Instead: struct buf and snprintf for text; text_date_of and text_date_seconds for times, which
 * know no zone and no locale; stage_open for new files; nothing runs a shell. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(name) sorry_##name##_is_a_banned_function

#undef strcpy
#define strcpy(to, from) BANNED(strcpy)
#undef strcat
#define strcat(to, from) BANNED(strcat)
#undef strncpy
#define strncpy(to, from, size) BANNED(strncpy)
#undef strncat
#define strncat(to, from, size) BANNED(strncat)
#undef stpcpy
#define stpcpy(to, from) BANNED(stpcpy)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef gets
#define gets(to) BANNED(gets)
#undef strtok
#define strtok(text, ends) BANNED(strtok)
#undef strtok_r
#define strtok_r(text, ends, at) BANNED(strtok_r)

#undef gmtime
#define gmtime(when) BANNED(gmtime)
#undef localtime
#define localtime(when) BANNED(localtime)
#undef ctime
#define ctime(when) BANNED(ctime)
#undef asctime
#define asctime(date) BANNED(asctime)
#undef mktime
#define mktime(date) BANNED(mktime)

#undef system
#define system(command) BANNED(system)
#undef popen
#define popen(command, mode) BANNED(popen)
#undef tmpnam
#define tmpnam(name) BANNED(tmpnam)
#undef tempnam
#define tempnam(folder, prefix) BANNED(tempnam)
#undef mktemp
#define mktemp(name) BANNED(mktemp)

#endif
