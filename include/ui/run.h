/* `kyman run FILE`: commands of the words grammar, one a line, as one transaction. */
#ifndef UI_RUN_H
#define UI_RUN_H

#include "ui/words.h"

enum { RUN_FILE_MAX = 64 * 1024 * 1024, RUN_LINE_MAX = 1024 * 1024 };

/* Runs the file that the command's argument names and prints the results, once all is written. The
 * command's common options hold for lines that do not give them. As words_run; words in err say
 * which line failed. */
NODISCARD enum rc run_file(struct view *v, const struct command *command, enum rc *status,
			   struct err *err);

/* --- run-line.c --- */

/* The words of a line, as main gets them: argv[0] is "kyman". */
struct run_line {
	struct buf text; /* they lie in it, a NUL behind each */
	char **argv;
	int argc;
};

/* Takes a line apart as a shell does (POSIX XCU 2.2): apostrophes, quotation marks, backslash; '#'
 * begins a comment. What a shell would expand or redirect is RC_USAGE with words, quoted or not for
 * '$' and '`'. RC_LIMIT over RUN_LINE_MAX bytes. l is empty before; argc is 1 for a line without
 * words. */
NODISCARD enum rc run_line_split(struct run_line *l, struct span line, struct err *err);

/* True for a line with nothing to do in it: no words, or a comment, and no NUL. */
bool run_line_is_empty(struct span line);

/* Releases it. */
void run_line_release(struct run_line *l);

#endif
