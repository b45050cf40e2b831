/* `cert create --batch FILE`: many certificates, a row of FILE each. */
#ifndef OP_BATCH_H
#define OP_BATCH_H

#include "op/params.h"

/* What a row may say beside the values of parameters. */
enum { BATCH_LABEL = P_COUNT, BATCH_NAME, BATCH_KEYS };

enum { BATCH_ROWS_MAX = 1000000, BATCH_COLUMNS_MAX = 64, BATCH_VALUE_MAX = 1024 * 1024 };

/* A value of a row, as text. A list has one for each of its items. */
struct batch_value {
	int key;     /* an enum param, BATCH_LABEL, BATCH_NAME */
	size_t text; /* where it begins in the batch's text */
};

struct batch_row {
	size_t line;  /* where it stands in the file */
	size_t first; /* of its values; they end where the next row's begin */
};

/* The rows of a file. A row is small here, since there may be a million of them: its struct args
 * are made from it when its turn comes (batch_args), and are as large as a page. */
struct batch {
	const char *path; /* for words; borrowed */
	struct buf text;  /* a NUL behind each value */
	struct batch_value *values;
	size_t value_count;
	size_t value_room;
	struct batch_row *rows;
	size_t count;
	size_t room;
};

#define BATCH_INIT            \
	{                     \
		.path = NULL, \
	}

/* --- batch-rows.c --- */

/* Reads a file: JSON, an object a line, where it begins with a brace, else CSV (RFC 4180) with a
 * header. RC_USAGE with words that name file and line for what is neither, and for a column that
 * there is not; RC_LIMIT, RC_NO_MEMORY. b is empty before; path is borrowed. */
NODISCARD enum rc batch_read(struct batch *b, const char *path, struct span file, struct err *err);

/* Releases it. */
void batch_release(struct batch *b);

/* The label of a row. Borrowed. */
const char *batch_label(const struct batch *b, size_t row);

/* The values of a row: what it says, else what base says. words are the label and the names. Texts
 * are borrowed from b and from base. RC_USAGE with words; released with batch_args_release. */
NODISCARD enum rc batch_args(struct args *args, const struct batch *b, size_t row,
			     const struct args *base, struct err *err);

/* Releases what batch_args made. */
void batch_args_release(struct args *args, const struct args *base);

/* Puts "'FILE', line N" before the words of err. Returns its code. */
enum rc batch_blame(const struct batch *b, size_t line, struct err *err);

/* What a column or key means: an enum param, BATCH_LABEL, BATCH_NAME; -1 when there is no such. An
 * underscore stands for a dash, too. */
int batch_key(const char *name);

/* Begins a row. RC_LIMIT with words, RC_NO_MEMORY. */
NODISCARD enum rc batch_row_begin(struct batch *b, size_t line, struct err *err);

/* Adds a value to the last row. RC_USAGE with words for one with a NUL, RC_NO_MEMORY. */
NODISCARD enum rc batch_row_add(struct batch *b, int key, struct span value, struct err *err);

/* Adds the items of a list with blanks between. As batch_row_add. */
NODISCARD enum rc batch_row_add_list(struct batch *b, int key, struct span list, struct err *err);

/* True for a parameter (or BATCH_NAME) of which there may be several. */
bool batch_is_list(int key);

/* --- batch-csv.c --- */

/* Reads CSV into b. As batch_read. */
NODISCARD enum rc batch_read_csv(struct batch *b, struct span file, struct err *err);

/* --- batch-json.c --- */

/* Reads objects, one a line, into b. As batch_read. */
NODISCARD enum rc batch_read_json(struct batch *b, struct span file, struct err *err);

#endif
