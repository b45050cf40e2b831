/* gskkyman's information screens: a certificate, its extensions, a key. Label column right-aligned,
 * names a value a line, dates YYYY/MM/DD, bytes in upper-case hexadecimal, 16 a line. Everything
 * that comes from a file is escaped. */
#ifndef UI_INFO_H
#define UI_INFO_H

#include "op/facts.h"
#include "ui/out.h"

/* Where a row stands. db (may be NULL: a file) gives record numbers: the N-th of `cert list`, 0
 * where there is none; of requests the N-th of `csr list`. Borrowed. */
struct info {
	const struct row *row;
	const struct kdb *db;
};

/* Puts the Certificate Information screen, title and all, down to "Number of extensions: N".
 * brief leaves the public key and the extensions' number out (gskkyman -dc). A certificate that
 * cannot be read is said to be damaged. */
void info_put_certificate(struct out *out, const struct info *info, bool brief);

/* Puts the Key Information screen of a key entry or a request. */
void info_put_key(struct out *out, const struct info *info);

/* How many extensions the row's certificate has. */
size_t info_extension_count(const struct info *info);

/* Puts the title of the Certificate Extensions List and a line for each, "   1 - keyUsage
 * (critical)"; an unknown one by its dotted OID. */
void info_put_extensions(struct out *out, const struct info *info);

/* Puts what extension n (from 0) holds: subjectKeyIdentifier its bytes, authorityKeyIdentifier
 * "Key identifier:" and the bytes, usages, constraints, names and URLs a value a line in words, an
 * unknown one its bytes. */
void info_put_extension(struct out *out, const struct info *info, size_t n);

/* Puts "       NAME: ", what is in the head of a screen. */
void info_put_head(struct out *out, const char *name);

/* Puts the whole path of a file, links resolved, as far as that can be found out. */
void info_put_path(struct out *out, const char *path);

/* Puts "       Expiration: " and when the database's password expires, on a line. */
void info_put_expiration(struct out *out, const struct kdb *db);

/* Puts "       Type: " and whether the database keeps to FIPS, on a line. */
void info_put_type(struct out *out, const struct kdb *db);

/* The title of a screen, at its place, between empty lines. */
void info_put_title(struct out *out, const char *title);

#endif
