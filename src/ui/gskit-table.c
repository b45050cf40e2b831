/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSKit's options and actions. */
#include "base/text.h"
#include "op/ops.h"
#include "ui/gskit-parts.h"

#include <string.h>

/* --- Options --- */

static const char no_token[] =
    "keys in PKCS#11 tokens are not within kyman's reach; a database is named with -db";
static const char no_demo[] = "experimental key types (Kyber, Dilithium) are not offered";

static const struct gskit_flag_info flags[] = {
	[GSKIT_DB] = { "-db", NULL, "FILE", NULL, 0, SCAN_ONE, false },
	[GSKIT_PW] = { "-pw", NULL, "PASSWORD", NULL, 0, SCAN_ONE, true },
	[GSKIT_STASHED] = { .name = "-stashed" },
	[GSKIT_PROMPT] = { .name = "-prompt" },
	[GSKIT_GENPW] = { .name = "-genpw" },
	[GSKIT_NEW_PW] = { "-new_pw", NULL, "PASSWORD", NULL, 0, SCAN_ONE, true },
	[GSKIT_TARGET_PW] = { "-target_pw", NULL, "PASSWORD", NULL, 0, SCAN_ONE, true },
	[GSKIT_TARGET_STASHED] = { .name = "-target_stashed" },
	[GSKIT_STASH] = { .name = "-stash" },
	[GSKIT_V1STASH] = { .name = "-v1stash" },
	[GSKIT_STRONG] = { .name = "-strong" },
	[GSKIT_TYPE] = { "-type", NULL, "< cms | kdb | pkcs12 | p12 >", NULL, 0, SCAN_ONE, false },
	[GSKIT_TARGET_TYPE] = { "-target_type", NULL, "< cms | kdb | pkcs12 | p12 >", NULL, 0,
				SCAN_ONE, false },
	[GSKIT_EXPIRE] = { "-expire", NULL, "DAYS", NULL, 0, SCAN_ONE, false },
	[GSKIT_PQC] = { "-pqc", NULL, "< true | false >", NULL, 0, SCAN_ONE, false },
	[GSKIT_POPULATE] = { .name = "-populate",
			     .refused = "kyman comes without certificates of CAs: add those that "
					"you trust with -cert -add",
			     .code = 201 },
	[GSKIT_LABEL] = { "-label", NULL, "LABEL", NULL, 0, SCAN_ONE, false },
	[GSKIT_NEW_LABEL] = { "-new_label", NULL, "LABEL", NULL, 0, SCAN_ONE, false },
	[GSKIT_DN] = { "-dn", NULL, "DISTINGUISHED-NAME", NULL, 0, SCAN_ONE, false },
	[GSKIT_TEMPLATE] = { "-template", NULL, "FILE", NULL, 0, SCAN_ONE, false },
	[GSKIT_SIZE] = { "-size", NULL, "< 2048 to 8192 | 256 | 384 | 521 >", NULL, 0, SCAN_ONE,
			 false },
	[GSKIT_X509VERSION] = { "-x509version", NULL, "< 3 >", NULL, 0, SCAN_ONE, false },
	[GSKIT_DEFAULT_CERT] = { "-default_cert", NULL, "< yes | no >", NULL, 0, SCAN_ONE, false },
	[GSKIT_CA] = { "-ca", NULL, "< true | false >", NULL, 0, SCAN_ONE, false },
	[GSKIT_SIGALG] = { "-sigalg", "-sig_alg",
			   "< SHA256WithRSA | SHA384WithRSA | SHA512WithRSA | SHA256WithECDSA | "
			   "SHA384WithECDSA | SHA512WithECDSA >",
			   NULL, 0, SCAN_ONE, false },
	[GSKIT_CA_LABEL] = { "-ca_label", NULL, "LABEL", NULL, 0, SCAN_ONE, false },
	[GSKIT_SAN_DNS] = { "-san_dnsname", NULL, "NAME[,NAME...]", NULL, 0, SCAN_ONE, false },
	[GSKIT_SAN_EMAIL] = { "-san_emailaddr", NULL, "ADDRESS[,ADDRESS...]", NULL, 0, SCAN_ONE,
			      false },
	[GSKIT_SAN_IP] = { "-san_ipaddr", NULL, "ADDRESS[,ADDRESS...]", NULL, 0, SCAN_ONE, false },
	[GSKIT_CERTPOLICY] = { .name = "-certpolicy",
			       .values = "OID[,OID...]",
			       .refused = "certificate policies are not issued by kyman",
			       .code = 201,
			       .arity = SCAN_ONE },
	[GSKIT_EKU] = { "-eku", NULL,
			"< ocspSigning | timeStamping | emailProtection | codeSigning | "
			"clientAuth | serverAuth | SSLStepUpApproval | any >",
			NULL, 0, SCAN_ONE, false },
	[GSKIT_KU] = { "-ku", NULL,
		       "< digitalSignature | nonRepudiation | keyEncipherment | dataEncipherment | "
		       "keyAgreement | keyCertSign | cRLSign | encipherOnly | decipherOnly >",
		       NULL, 0, SCAN_ONE, false },
	[GSKIT_FILE] = { "-file", NULL, "FILE", NULL, 0, SCAN_ONE, false },
	[GSKIT_FORMAT] = { "-format", NULL, "< ascii | binary >", NULL, 0, SCAN_ONE, false },
	[GSKIT_TRUST] = { "-trust", NULL, "< enable | disable >", NULL, 0, SCAN_ONE, false },
	[GSKIT_TARGET] = { "-target", NULL, "FILE", NULL, 0, SCAN_ONE, false },
	[GSKIT_PFX] = { .name = "-pfx" },
	[GSKIT_ENCRYPTION] = { "-encryption", NULL, "< strong >", NULL, 0, SCAN_ONE, false },
	[GSKIT_SHOWOID] = { .name = "-showOID" },
	[GSKIT_EXPIRY] = { "-expiry", NULL, "[DAYS]", NULL, 0, SCAN_OPTIONAL, false },
	[GSKIT_SERNUM] = { "-sernum", NULL, "NUMBER", NULL, 0, SCAN_ONE, false },
	[GSKIT_PRESERVE] = { .name = "-preserve" },
	[GSKIT_OLD_FORMAT] = { "-old_format", NULL, "< cms | pkcs12 >", NULL, 0, SCAN_ONE, false },
	[GSKIT_NEW_FORMAT] = { "-new_format", NULL, "< cms | pkcs12 >", NULL, 0, SCAN_ONE, false },
	[GSKIT_LENGTH] = { "-length", NULL, "NUMBER", NULL, 0, SCAN_ONE, false },
	[GSKIT_FIPS] = { "-fips", NULL, "[true | false]", NULL, 0, SCAN_OPTIONAL, false },
	[GSKIT_CRYPTO] = { "-crypto", NULL, "MODULE", no_token, 222, SCAN_ONE, false },
	[GSKIT_TOKENLABEL] = { "-tokenlabel", NULL, "LABEL", no_token, 222, SCAN_ONE, false },
	[GSKIT_SECONDARYDB] = { "-secondarydb", NULL, "FILE", no_token, 222, SCAN_ONE, false },
	[GSKIT_SECONDARYDBPW] = { "-secondarydbpw", NULL, "PASSWORD", no_token, 222, SCAN_ONE,
				  true },
	[GSKIT_SECONDARYDBTYPE] = { "-secondarydbtype", NULL, "TYPE", no_token, 222, SCAN_ONE,
				    false },
	[GSKIT_PQCDEMO] = { .name = "-pqcdemo", .refused = no_demo, .code = 221 },
	[GSKIT_PQCDEMOR] = { .name = "-pqcdemor", .refused = no_demo, .code = 221 },
	[GSKIT_HELP] = { .name = "-?", .alias = "-help" },
};

const struct gskit_flag_info *
gskit_flag_info(enum gskit_flag flag)
{
	return &flags[flag];
}

enum gskit_flag
gskit_flag_find(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(flags) && strcmp(flags[i].name, name) != 0 &&
	       !(flags[i].alias && strcmp(flags[i].alias, name) == 0))
		i++;
	return (enum gskit_flag)i;
}

/* --- What actions take --- */

#define NEEDS(flag, param, convert)        \
	{                                  \
		flag, true, param, convert \
	}
#define TAKES(flag, param, convert)         \
	{                                   \
		flag, false, param, convert \
	}
#define LOOKS(flag)                              \
	{                                        \
		flag, false, GSKIT_NOT_SET, NULL \
	}
#define END                                             \
	{                                               \
		GSKIT_FLAGS, false, GSKIT_NOT_SET, NULL \
	}

/* The password of a parameter, from wherever it comes. */
#define PASSWORD(param)                                                                \
	TAKES(GSKIT_PW, param, NULL), TAKES(GSKIT_STASHED, param, gskit_take_stashed), \
	    TAKES(GSKIT_PROMPT, param, gskit_take_prompt)

#define TARGET_PASSWORD(param) \
	TAKES(GSKIT_TARGET_PW, param, NULL), TAKES(GSKIT_TARGET_STASHED, param, gskit_take_stashed)

#define DATABASE                                                  \
	NEEDS(GSKIT_DB, P_DB, gskit_take_file), PASSWORD(P_PASS), \
	    TAKES(GSKIT_TYPE, GSKIT_NOT_SET, gskit_take_type)

#define LABEL NEEDS(GSKIT_LABEL, GSKIT_WORD, NULL)

/* What a new certificate or request is like. */
#define SHAPE                                                                                     \
	TAKES(GSKIT_SAN_DNS, P_SAN, gskit_take_san),                                              \
	    TAKES(GSKIT_SAN_EMAIL, P_SAN, gskit_take_san),                                        \
	    TAKES(GSKIT_SAN_IP, P_SAN, gskit_take_san),                                           \
	    TAKES(GSKIT_EKU, P_EKU, gskit_take_usages), TAKES(GSKIT_KU, P_KU, gskit_take_usages), \
	    LOOKS(GSKIT_SIGALG), TAKES(GSKIT_CA, GSKIT_NOT_SET, gskit_take_ca)

#define SUBJECT                                    \
	TAKES(GSKIT_DN, P_SUBJECT, gskit_take_dn), \
	    TAKES(GSKIT_TEMPLATE, GSKIT_NOT_SET, gskit_take_file), LOOKS(GSKIT_SIZE)

static const struct gskit_value keydb_create[] = {
	NEEDS(GSKIT_DB, P_DB, gskit_take_file),
	TAKES(GSKIT_PW, P_PASS, NULL),
	TAKES(GSKIT_PROMPT, P_PASS, gskit_take_prompt),
	TAKES(GSKIT_GENPW, P_PASS, gskit_take_genpw),
	TAKES(GSKIT_TYPE, P_TYPE, gskit_take_new_type),
	TAKES(GSKIT_EXPIRE, P_EXPIRE, gskit_take_expire),
	TAKES(GSKIT_STASH, P_STASH, gskit_take_flag),
	LOOKS(GSKIT_V1STASH),
	LOOKS(GSKIT_STRONG),
	LOOKS(GSKIT_POPULATE),
	TAKES(GSKIT_PQC, GSKIT_NOT_SET, gskit_take_pqc),
	END,
};

static const struct gskit_value keydb_delete[] = {
	NEEDS(GSKIT_DB, GSKIT_WORD, gskit_take_file),
	PASSWORD(P_PASS),
	TAKES(GSKIT_TYPE, GSKIT_NOT_SET, gskit_take_type),
	END,
};

static const struct gskit_value keydb_changepw[] = {
	DATABASE,
	TAKES(GSKIT_NEW_PW, P_NEW_PASS, NULL),
	TAKES(GSKIT_EXPIRE, P_EXPIRE, gskit_take_expire),
	LOOKS(GSKIT_STASH),
	LOOKS(GSKIT_V1STASH),
	LOOKS(GSKIT_STRONG),
	END,
};

static const struct gskit_value keydb_stashpw[] = { DATABASE, LOOKS(GSKIT_V1STASH), END };

static const struct gskit_value keydb_convert[] = {
	NEEDS(GSKIT_DB, GSKIT_WORD, gskit_take_file),
	PASSWORD(P_PASS),
	TAKES(GSKIT_TYPE, GSKIT_NOT_SET, gskit_take_type),
	TAKES(GSKIT_OLD_FORMAT, GSKIT_NOT_SET, gskit_take_type),
	NEEDS(GSKIT_NEW_FORMAT, P_TYPE, gskit_take_new_type),
	TAKES(GSKIT_TARGET, GSKIT_NOT_SET, gskit_take_file),
	LOOKS(GSKIT_TARGET_PW),
	LOOKS(GSKIT_TARGET_STASHED),
	TAKES(GSKIT_PQC, GSKIT_NOT_SET, gskit_take_pqc),
	END,
};

static const struct gskit_value database[] = { DATABASE, END };

static const struct gskit_value cert_create[] = {
	DATABASE,
	TAKES(GSKIT_LABEL, GSKIT_WORD, NULL),
	SUBJECT,
	TAKES(GSKIT_EXPIRE, P_DAYS, gskit_take_days),
	TAKES(GSKIT_X509VERSION, GSKIT_NOT_SET, gskit_take_version),
	TAKES(GSKIT_DEFAULT_CERT, GSKIT_NOT_SET, gskit_take_yes_no),
	TAKES(GSKIT_CA_LABEL, P_ISSUER, NULL),
	LOOKS(GSKIT_CERTPOLICY),
	SHAPE,
	END,
};

static const struct gskit_value cert_add[] = {
	DATABASE,
	NEEDS(GSKIT_FILE, GSKIT_WORD, gskit_take_file),
	TAKES(GSKIT_LABEL, P_AS, NULL),
	TAKES(GSKIT_FORMAT, GSKIT_NOT_SET, gskit_take_format),
	TAKES(GSKIT_TRUST, GSKIT_NOT_SET, gskit_take_untrusted),
	END,
};

static const struct gskit_value cert_receive[] = {
	DATABASE,
	NEEDS(GSKIT_FILE, GSKIT_WORD, gskit_take_file),
	TAKES(GSKIT_LABEL, P_AS, NULL),
	TAKES(GSKIT_FORMAT, GSKIT_NOT_SET, gskit_take_format),
	TAKES(GSKIT_DEFAULT_CERT, GSKIT_NOT_SET, gskit_take_yes_no),
	END,
};

static const struct gskit_value with_label[] = { DATABASE, LABEL, END };

static const struct gskit_value cert_details[] = { DATABASE, LABEL, LOOKS(GSKIT_SHOWOID), END };

static const struct gskit_value cert_export[] = {
	DATABASE,
	LOOKS(GSKIT_LABEL),
	NEEDS(GSKIT_TARGET, GSKIT_NOT_SET, gskit_take_file),
	LOOKS(GSKIT_TARGET_PW),
	LOOKS(GSKIT_TARGET_STASHED),
	TAKES(GSKIT_TARGET_TYPE, GSKIT_NOT_SET, gskit_take_type),
	TAKES(GSKIT_ENCRYPTION, GSKIT_NOT_SET, gskit_take_encryption),
	END,
};

static const struct gskit_value cert_extract[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_TARGET, P_OUT, gskit_take_file),
	TAKES(GSKIT_FORMAT, P_FORMAT, gskit_take_format),
	END,
};

static const struct gskit_value cert_import[] = {
	TAKES(GSKIT_FILE, GSKIT_WORD, gskit_take_file),
	TAKES(GSKIT_DB, GSKIT_WORD, gskit_take_file),
	PASSWORD(P_IN_PASS),
	TAKES(GSKIT_TYPE, GSKIT_NOT_SET, gskit_take_type),
	NEEDS(GSKIT_TARGET, P_DB, gskit_take_file),
	TARGET_PASSWORD(P_PASS),
	TAKES(GSKIT_TARGET_TYPE, GSKIT_NOT_SET, gskit_take_type),
	TAKES(GSKIT_LABEL, P_FROM, NULL),
	TAKES(GSKIT_NEW_LABEL, P_AS, NULL),
	LOOKS(GSKIT_PFX),
	END,
};

static const struct gskit_value cert_list[] = {
	DATABASE,
	LOOKS(GSKIT_LABEL),
	TAKES(GSKIT_EXPIRY, P_EXPIRING, gskit_take_expiring),
	END,
};

static const struct gskit_value rename_values[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_NEW_LABEL, GSKIT_WORD, NULL),
	END,
};

static const struct gskit_value cert_modify[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_TRUST, GSKIT_WORD, gskit_take_trust),
	END,
};

static const struct gskit_value cert_sign[] = {
	DATABASE,
	NEEDS(GSKIT_FILE, GSKIT_WORD, gskit_take_file),
	NEEDS(GSKIT_LABEL, P_ISSUER, NULL),
	NEEDS(GSKIT_TARGET, P_OUT, gskit_take_file),
	TAKES(GSKIT_FORMAT, P_FORMAT, gskit_take_format),
	TAKES(GSKIT_EXPIRE, P_DAYS, gskit_take_days),
	LOOKS(GSKIT_SERNUM),
	LOOKS(GSKIT_PRESERVE),
	SHAPE,
	END,
};

static const struct gskit_value certreq_create[] = {
	DATABASE,
	LABEL,
	SUBJECT,
	NEEDS(GSKIT_FILE, P_OUT, gskit_take_file),
	TAKES(GSKIT_FORMAT, P_FORMAT, gskit_take_format),
	SHAPE,
	END,
};

static const struct gskit_value certreq_recreate[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_TARGET, P_OUT, gskit_take_file),
	TAKES(GSKIT_FORMAT, P_FORMAT, gskit_take_format),
	LOOKS(GSKIT_SIGALG),
	END,
};

static const struct gskit_value secret_create[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_SIZE, GSKIT_NOT_SET, NULL),
	END,
};

static const struct gskit_value secret_add[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_FILE, GSKIT_WORD, gskit_take_file),
	END,
};

static const struct gskit_value secret_extract[] = {
	DATABASE,
	LABEL,
	NEEDS(GSKIT_TARGET, P_OUT, gskit_take_file),
	TAKES(GSKIT_FORMAT, GSKIT_NOT_SET, gskit_take_format),
	END,
};

static const struct gskit_value random_create[] = {
	NEEDS(GSKIT_LENGTH, GSKIT_NOT_SET, NULL),
	LOOKS(GSKIT_STRONG),
	END,
};

/* --- Actions --- */

static const struct gskit_action actions[] = {
	{ "-keydb", "-create", "make a new, empty database", &op_db_create, keydb_create, false,
	  gskit_keydb_create, NULL },
	{ "-keydb", "-delete", "delete a database, its requests and its stash", &op_db_delete,
	  keydb_delete, false, gskit_say_yes, NULL },
	{ "-keydb", "-changepw", "give a database another password", &op_db_passwd, keydb_changepw,
	  false, gskit_keydb_changepw, NULL },
	{ "-keydb", "-stashpw", "write the password to the stash beside the database", &op_db_stash,
	  keydb_stashpw, false, gskit_keydb_stashpw, NULL },
	{ "-keydb", "-list", "list the types of databases", NULL, NULL, false, gskit_keydb_list,
	  NULL },
	{ "-keydb", "-convert", "make a database of another type", NULL, keydb_convert, false,
	  gskit_keydb_convert, NULL },
	{ "-keydb", "-expiry", "show when the password expires", &op_db_show, database, false, NULL,
	  gskit_tell_expiry },
	{ "-cert", "-create", "make a key and its certificate", &op_cert_create, cert_create, false,
	  gskit_cert_create, NULL },
	{ "-cert", "-add", "add the certificate of a CA or a peer", &op_cert_add, cert_add, false,
	  gskit_cert_add, NULL },
	{ "-cert", "-receive", "take in the answer to a request", &op_cert_receive, cert_receive,
	  false, gskit_cert_receive, NULL },
	{ "-cert", "-delete", "delete a certificate, and its key", &op_cert_delete, with_label,
	  false, gskit_cert_delete, NULL },
	{ "-cert", "-details", "show all about a certificate", &op_cert_show, cert_details, false,
	  NULL, gskit_tell_details },
	{ "-cert", "-export", "copy certificates with their keys to another database", NULL,
	  cert_export, false, gskit_cert_export, NULL },
	{ "-cert", "-extract", "write a certificate to a file", &op_cert_export, cert_extract,
	  false, gskit_set_ascii, NULL },
	{ "-cert", "-import", "take in keys and certificates of another file", &op_cert_import,
	  cert_import, false, gskit_cert_import, NULL },
	{ "-cert", "-list", "list certificates", &op_cert_list, cert_list, true, gskit_cert_list,
	  gskit_tell_list },
	{ "-cert", "-rename", "give a certificate another label", &op_cert_rename, rename_values,
	  false, NULL, NULL },
	{ "-cert", "-modify", "trust a certificate, or do not", &op_cert_trust, cert_modify, false,
	  NULL, NULL },
	{ "-cert", "-getdefault", "show the default certificate", &op_cert_default, database, false,
	  NULL, gskit_tell_default },
	{ "-cert", "-setdefault", "choose the default certificate", &op_cert_default, with_label,
	  false, gskit_cert_setdefault, NULL },
	{ "-cert", "-sign", "sign a request", &op_csr_sign, cert_sign, false, gskit_cert_sign,
	  NULL },
	{ "-cert", "-validate", "look for a path to a trusted certificate", &op_cert_verify,
	  with_label, false, NULL, gskit_tell_valid },
	{ "-certreq", "-create", "make a key and a request for an outside CA", &op_csr_create,
	  certreq_create, false, gskit_certreq_create, NULL },
	{ "-certreq", "-delete", "delete a request and its key", &op_csr_delete, with_label, false,
	  gskit_say_yes, NULL },
	{ "-certreq", "-details", "show all about a request", &op_csr_show, with_label, false, NULL,
	  gskit_tell_request },
	{ "-certreq", "-extract", "write a request once more", &op_csr_export, cert_extract, false,
	  gskit_set_ascii, NULL },
	{ "-certreq", "-list", "list the requests that wait for an answer", &op_csr_list, database,
	  false, NULL, gskit_tell_requests },
	{ "-certreq", "-recreate", "make a request for a certificate that is here", &op_csr_renew,
	  certreq_recreate, false, gskit_certreq_recreate, NULL },
	{ "-secretkey", "-create", "make a secret key of random bytes", &op_secret_create,
	  secret_create, false, gskit_secret_create, NULL },
	{ "-secretkey", "-add", "take in a file's bytes as a secret key", &op_secret_add,
	  secret_add, false, NULL, NULL },
	{ "-secretkey", "-extract", "write a secret key to a file", &op_secret_export,
	  secret_extract, false, gskit_secret_extract, NULL },
	{ "-secretkey", "-delete", "delete a secret key", &op_cert_delete, with_label, false,
	  gskit_secret_delete, NULL },
	{ "-secretkey", "-details", "show all about a secret key", &op_cert_show, with_label, false,
	  NULL, gskit_tell_secret },
	{ "-secretkey", "-list", "list secret keys", &op_cert_list, database, false,
	  gskit_secret_list, gskit_tell_list },
	{ "-secretkey", "-rename", "give a secret key another label", &op_cert_rename,
	  rename_values, false, gskit_secret_rename, NULL },
	{ "-random", "-create", "print a random password", NULL, random_create, false,
	  gskit_random_create, NULL },
};

const struct gskit_action *
gskit_actions(size_t *count)
{
	*count = ARRAY_SIZE(actions);
	return actions;
}

bool
gskit_is_object(const char *object)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strcmp(actions[i].object, object) == 0)
			return true;
	}
	return false;
}
