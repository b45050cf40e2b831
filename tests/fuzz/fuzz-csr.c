/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certification requests: taken apart, with their names and their signature. */
#include "pki/csr.h"

#include "pki/key.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span der = SPAN_OF(data, size);
	char name[KEY_NAME_MAX];
	struct csr csr;

	(void)csr_probe(der);
	if (csr_parse(&csr, der, NULL))
		return 0;
	if (!span_holds(der, csr.subject) || !span_holds(der, csr.spki))
		abort();
	(void)csr_names(&csr);
	(void)key_name(name, csr.spki);
	if (csr_verify(&csr) == RC_INTERNAL)
		abort();
	return 0;
}
