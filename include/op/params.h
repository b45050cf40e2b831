/* The values that operations take, one table for all: help, synopsis, completion and the manual's
 * check come from it. */
#ifndef OP_PARAMS_H
#define OP_PARAMS_H

#include "base/secret.h"

enum param {
#define PARAM(id, kind, flag, value, choices, fallback, help) id,
#include "op/params.def"
#undef PARAM
	P_COUNT,
	P_END = -1,
};

enum param_kind {
	PARAM_FLAG, /* there or not */
	PARAM_TEXT,
	PARAM_LIST, /* text, may be given several times */
	PARAM_FILE,
	PARAM_FILES,  /* file names, as many as follow up to the next option; may be given several
			 times */
	PARAM_NUMBER, /* digits only */
	PARAM_TIME,   /* RFC 3339 or a date */
	PARAM_CHOICE,
	PARAM_SECRET, /* a secret source, never a secret */
};

struct param_info {
	enum param_kind kind;
	const char *flag;     /* without dashes */
	const char *value;    /* what stands for the value in help; NULL for flags */
	const char *choices;  /* of PARAM_CHOICE, blanks between; else NULL */
	const char *fallback; /* the default, for help; may be NULL */
	const char *help;     /* one line */
};

/* The facts about p; static. */
const struct param_info *param_info(enum param p);

/* The parameter with this flag (without dashes), or P_END. */
enum param param_by_flag(const char *flag);

/* Common options, taken by every command; P_END-terminated. */
const enum param *params_common(void);

/* A growing list of borrowed strings. */
struct words {
	const char **items;
	size_t count;
	size_t room;
};

/* Values by parameter. Texts are borrowed (argv, a table); lists and secrets are owned. ARGS_INIT
 * makes it empty. */
struct args {
	bool given[P_COUNT];
	const char *text[P_COUNT];      /* FLAG: NULL; LIST, FILES: NULL */
	uint64_t number[P_COUNT];       /* NUMBER */
	int64_t time[P_COUNT];          /* TIME */
	struct words list[P_COUNT];     /* LIST, FILES */
	struct secret *secret[P_COUNT]; /* SECRET, once read by the runner, or asked for before */
	bool generated[P_COUNT];        /* that secret was made now (gen) */
	struct words words;             /* positional arguments, in order */
};

#define ARGS_INIT                       \
	{                               \
		.words = { NULL, 0, 0 } \
	}

/* The largest --max-file-size: MiB within STORE_FILE_MAX and what intake takes. */
enum { ARGS_FILE_MIB_MAX = 1900 };

/* How many bytes a file that is read may have: as --max-file-size says, else usual. */
size_t args_file_max(const struct args *args, size_t usual);

/* Sets one value from text, checked by its kind (number, time, choice, secret source). RC_USAGE
 * with words that name the option: for a value that does not fit, one that is missing, an option
 * that is there twice. A secret's text is never repeated. value is borrowed. */
NODISCARD enum rc args_set(struct args *args, enum param p, const char *value, struct err *err);

/* Gives p, of PARAM_SECRET, a copy of a secret that was asked for already, instead of what it has.
 * NULL: nothing happens. RC_NO_MEMORY with words. */
NODISCARD enum rc args_set_secret(struct args *args, enum param p, const struct secret *secret,
				  struct err *err);

/* How a file of this name is said to operations, which take "-" for standard input and output: for
 * front ends to which it is a name like others. Static, or name. */
const char *args_file_name(const char *name);

/* True when an option that names a file to read says "-", which is standard input. Positional
 * arguments are apart (words_have_dash): which of them are files is the operation's to know. */
bool args_read_stdin(const struct args *args);

/* True when one of the words is "-". */
bool words_have_dash(const struct words *words);

/* Appends a word to a list. RC_NO_MEMORY. */
NODISCARD enum rc words_add(struct words *list, const char *word);

/* Wipes secrets, releases lists. */
void args_release(struct args *args);

#endif
