/* Ways to print what an operation found out: for people, and as JSON (commands.md section 4). */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "base/text.h"
#include "op/op.h"
#include "ui/json.h"

/* Where to print. All borrowed. */
struct view {
	struct out *out;     /* results */
	struct out *notes;   /* standard error: warnings, notes */
	const struct op *op; /* what ran; NULL: help */
	bool quiet;          /* no notes */
	bool json;
	bool changed; /* what ran has changed something for good */
	bool last;    /* the process ends after this run: one that only reads may confine itself */
	int exit;     /* GSKit's status of what failed; 0: the outcome's own */
};

/* Prints a result as one JSON object and a line feed. */
void view_json(const struct view *v, const struct result *r);

/* The same without the line feed, as one of several. */
void view_json_object(const struct view *v, const struct result *r);

/* Begins the object of a run, {"schema":1,"results":[, which the objects of its commands follow
 * with commas between. */
void view_json_results(struct out *out);

/* Ends it. */
void view_json_results_end(struct out *out, const struct warnings *warnings);

/* Prints a failure as one JSON object and a line feed, to v->notes. */
void view_json_error(const struct view *v, const struct err *err);

/* Puts {"status", "code", "message", "hint"} as the next value. */
void view_json_error_value(struct json *j, const struct err *err);

/* Prints a result for people. What was done is said on v->notes when an output of the operation
 * went to standard output. */
void view_text(const struct view *v, const struct result *r);

/* Prints a line for each warning. */
void view_text_warnings(struct out *out, const struct warnings *warnings);

/* Prints "kyman: MESSAGE" and, below it, the hint to v->notes. */
void view_text_error(const struct view *v, const struct err *err);

/* True when an output of r went to standard output. */
bool view_has_stdout(const struct result *r);

/* --- What the files of the views share --- */

enum { VIEW_MORE = 1 << 0, VIEW_PEM = 1 << 1 };

/* Rows that are printed, one after the other. db may be NULL. */
struct view_rows {
	const struct row *rows;
	size_t count;
	const struct kdb *db;
};

/* Puts ENTRYs one after the other. */
struct view_entries {
	struct json *json;    /* borrowed */
	const struct kdb *db; /* of the rows; borrowed; may be NULL */
	struct buf text;      /* of the name at hand */
	struct span issuer;   /* the last one's name, and as text: often the same again */
	struct buf issuer_text;
};

/* Puts one ENTRY, with VIEW_MORE an ENTRY+ (pem null unless VIEW_PEM). */
void view_json_entry(struct view_entries *ve, const struct row *row, unsigned flags);

/* Puts an ENTRY for each row. */
void view_json_entries(struct view_entries *ve, const struct view_rows *rows);

/* Releases what it has of its own. */
void view_entries_release(struct view_entries *ve);

/* Prints a list with its head; nothing for none. Each line begins with indent blanks. */
void view_text_rows(const struct view *v, const struct view_rows *rows, size_t indent);

/* Prints a list as a tree of issuers. RC_NO_MEMORY. */
NODISCARD enum rc view_text_tree(const struct view *v, const struct result *r);

/* Prints all there is to know about one entry or request; lines begin with indent blanks. */
void view_text_entry(const struct view *v, const struct row *row, const struct kdb *db,
		     size_t indent);

/* Prints "NAME      VALUE" with escapes. */
void view_text_field(struct out *out, size_t indent, const char *name, struct span value);

/* Prints what a writer did. */
void view_text_change(const struct view *v, const struct result *r);

/* Prints what show found out about files. */
void view_text_files(const struct view *v, const struct result *r);

enum { VIEW_FLAGS_MAX = 64 };

struct facts;

/* What is set of a row's flags, with commas between ("default,trusted,ca"), into out, which it
 * returns. expired: its end is over. */
const char *view_flags(char out[VIEW_FLAGS_MAX], const struct facts *f, bool pending, bool expired);

/* The day of a time, "2026-11-21", into out, which it returns. */
const char *view_day(char out[TEXT_TIME_MAX], int64_t when);

#endif
