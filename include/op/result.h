/* What an operation found out or did: data, for a view to print. */
#ifndef OP_RESULT_H
#define OP_RESULT_H

#include "codec/codec.h"
#include "model/diff.h"
#include "pki/path.h"

enum result_kind {
	RESULT_CHANGE,   /* a writer: the diff, files, warnings */
	RESULT_LIST,     /* entries or requests of db */
	RESULT_ENTRY,    /* one of them, with all there is to know */
	RESULT_DATABASE, /* db show */
	RESULT_DEFAULT,  /* cert default */
	RESULT_VERIFY,
	RESULT_FILES, /* show */
	RESULT_TEXT,  /* help and the like */
};

struct warning {
	char *code;
	char *message;
};

struct warnings {
	struct warning *items;
	size_t count;
	size_t room;
	bool lost; /* one was not kept: out of memory */
};

/* A file to be written once the database is saved. Bytes are in one of the two. */
struct output {
	char *path; /* "-" is standard output */
	struct buf bytes;
	struct secret *secret; /* private: the file gets 0600 */
	bool is_new;           /* never overwrites, not even with --force (gen:PATH) */
	bool fresh;            /* nothing was at its place, when it was put there */
	bool force;            /* may overwrite, without --force */
	bool is_public_text;   /* may go to a terminal */
	int stash_version;     /* not 0: the database's stash; its owner and mode, replaces what is
				  there */
};

/* One row of a list: either is NULL. Borrowed from the database that the runner keeps. */
struct row {
	const struct entry *entry;
	const struct request *request;
	long issuer;   /* --tree: index of the row that issued it, or -1 */
	unsigned bits; /* of a secret key that was opened; 0: not known */
};

/* What `show` says about one file. Entries are made for what it holds. */
struct shown_file {
	char *file;
	const char *format;   /* static; NULL: not recognised */
	const char *encoding; /* static; NULL */
	bool locked;
	struct kdb db; /* owns what rows point to */
	struct row *rows;
	size_t row_count;
	struct warnings problems;
	struct warnings notes; /* what should be known, and is no problem */
	struct err error;      /* rc RC_OK: none */
};

/* Strings that it owns. */
struct names {
	char **items;
	size_t count;
	size_t room;
};

/* Appends name, which is taken over; NULL stands for one that could not be made. RC_NO_MEMORY. */
NODISCARD enum rc names_add(struct names *names, char *name);

/* Releases them. */
void names_release(struct names *names);

struct result {
	enum result_kind kind;
	enum rc status; /* RC_OK; RC_FOUND or RC_INVALID: looked, and found something; for show also
			   others */
	const char *database; /* for words; borrowed from the session or the arguments */
	const char *type;     /* "pkcs12"; static */
	bool verified;
	bool changed;
	bool dry_run;
	const struct kdb *db; /* what rows and diff.added borrow from: the session's, or after */
	struct kdb before;    /* what diff.removed borrows from */
	struct kdb after;     /* what diff.added borrows from where the session has it not */
	struct kdb_diff diff;
	struct row *rows; /* RESULT_LIST, RESULT_ENTRY (one) */
	size_t row_count;
	bool tree;
	bool with_pem;
	struct buf issued; /* csr sign: the certificate, DER */
	bool has_issued;
	struct warnings warnings;
	struct output *outputs;
	size_t output_count;
	struct names files; /* of files written or removed */
	char *
	    confirm; /* a question to be answered with yes before anything is changed; NULL: none */
	struct shown_file *shown; /* RESULT_FILES */
	size_t shown_count;
	struct path_result verify; /* RESULT_VERIFY */
	char *verify_label;        /* NULL: a file */
	struct names verify_path;  /* labels (or subjects) from the leaf to the anchor */
	int stash;                 /* RESULT_DATABASE: enum stash_state */
	struct buf text;           /* RESULT_TEXT */
};

#define RESULT_INIT                   \
	{                             \
		.kind = RESULT_CHANGE \
	}

/* True where it goes to standard output. */
bool output_is_stdout(const struct output *o);

/* What an output holds. Borrowed. */
struct span output_span(const struct output *o);

/* Releases what one output has. */
void output_release(struct output *o);

/* Releases everything. */
void result_release(struct result *r);

/* Appends a warning. Text from files is escaped by the caller. Out of memory sets w->lost and no
 * more: a warning less is no failure. */
void warnings_add(struct warnings *w, const char *code, const char *format, ...) PRINTF(3, 4);

/* Warns that a save took bits for others away from the file at path. */
void result_narrowed(struct result *r, const char *path);

/* Adapts a list of warnings to what codecs want: notes->self is w. */
struct notes warnings_notes(struct warnings *w);

/* Releases the list. */
void warnings_release(struct warnings *w);

/* Adds an output with these bytes (taken over). RC_NO_MEMORY. */
NODISCARD enum rc result_output(struct result *r, const char *path, struct buf *bytes);

/* Adds a private output (taken over, *secret becomes NULL). RC_NO_MEMORY. */
NODISCARD enum rc result_secret_output(struct result *r, const char *path, struct secret **secret);

/* Adds a row. RC_NO_MEMORY. */
NODISCARD enum rc result_row(struct result *r, const struct entry *entry,
			     const struct request *request);

/* Asks for a confirmation with this question. */
NODISCARD enum rc result_confirm(struct result *r, const char *format, ...) PRINTF(2, 3);

/* Adds the name of a file that was written. RC_NO_MEMORY. */
NODISCARD enum rc result_file(struct result *r, const char *name);

#endif
