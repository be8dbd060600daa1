/**
 * Constraints over characters: regular expressions, choices, JSON and JSON Schema, compiled to automata over UTF-8 and asked
 * which tokens keep them alive (the method of Willard and Louf, arXiv:2307.09702, with a stack for what nests).
 */
@org.jspecify.annotations.NullMarked
package org.maliang.model.generate.constraint;
