package org.maliang.tokenizer.jieba;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Guesses words among Han characters: each character begins a word (B), ends one (E), is in the middle (M) or stands
 * alone (S), and the most probable sequence is found as in {@code finalseg/__init__.py} of jieba. What characters emit is
 * read from com.huaban:jieba-analysis 1.0.2 (rounded to 12 digits there); starts and transitions are jieba's.
 */
final class HiddenMarkov {
    private static final int B = 0; // states in the order of their letters, which decides ties
    private static final int E = 1;
    private static final int M = 2;
    private static final int S = 3;
    private static final String STATES = "BEMS";
    private static final double NEVER = -3.14e100;
    private static final char FIRST = '\u4E00';
    private static final int CHARACTERS = 0x9FD5 - FIRST + 1;

    private static final double[] START = {-0.26268660809250016, NEVER, NEVER, -1.4652633398537678};

    /** Log probability of a transition; first index from, second to. */
    private static final double[][] TRANSITIONS = {
        {NEVER, -0.51082562376599, -0.916290731874155, NEVER},
        {-0.5897149736854513, NEVER, NEVER, -0.8085250474669937},
        {NEVER, -0.33344856811948514, -1.2603623820268226, NEVER},
        {-0.7211965654669841, NEVER, NEVER, -0.6658631448798212}
    };

    /** Which states can come before one, the later letter first. */
    private static final int[][] BEFORE = {{S, E}, {M, B}, {M, B}, {S, E}};

    private final double[][] emissions = new double[STATES.length()][CHARACTERS];

    private HiddenMarkov() {
        for (double[] row : emissions) {
            Arrays.fill(row, NEVER);
        }
    }

    static HiddenMarkov standard() {
        var model = new HiddenMarkov();
        try (BufferedReader lines = Dictionary.table("/prob_emit.txt")) {
            int state = B;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                if (tab < 0) {
                    state = STATES.indexOf(line.trim());
                } else if (JiebaSegmenter.isHan(line.charAt(0))) {
                    model.emissions[state][line.charAt(0) - FIRST] = Double.parseDouble(line.substring(tab + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return model;
    }

    /** Cuts a run of Han characters, at least one. */
    void cut(String run, List<String> words) {
        byte[] states = states(run);
        int begin = 0;
        for (int i = 0; i < states.length; i++) {
            if (states[i] == E || states[i] == S) {
                words.add(run.substring(begin, i + 1));
                begin = i + 1;
            }
        }
        if (begin < run.length()) {
            words.add(run.substring(begin));
        }
    }

    private byte[] states(String run) {
        int length = run.length();
        byte[][] from = new byte[length][STATES.length()];
        double[] best = new double[STATES.length()];
        for (int state = B; state <= S; state++) {
            best[state] = START[state] + emission(state, run.charAt(0));
        }
        for (int i = 1; i < length; i++) {
            double[] next = new double[STATES.length()];
            for (int state = B; state <= S; state++) {
                double emission = emission(state, run.charAt(i));
                int late = BEFORE[state][0];
                int early = BEFORE[state][1];
                double byLate = best[late] + TRANSITIONS[late][state] + emission;
                double byEarly = best[early] + TRANSITIONS[early][state] + emission;
                boolean isLate = byLate >= byEarly;
                next[state] = isLate ? byLate : byEarly;
                from[i][state] = (byte) (isLate ? late : early);
            }
            best = next;
        }
        byte[] states = new byte[length];
        byte state = (byte) (best[S] >= best[E] ? S : E);
        for (int i = length - 1; i >= 0; i--) {
            states[i] = state;
            state = from[i][state];
        }
        return states;
    }

    private double emission(int state, char c) {
        return emissions[state][c - FIRST];
    }
}
