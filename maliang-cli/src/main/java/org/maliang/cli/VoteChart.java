package org.maliang.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.maliang.model.generate.MajorityVote;

/** What {@code maliang write --vote} prints: every answer with its share as a bar, then the winner. */
final class VoteChart {
    private static final int ROWS = 20;
    private static final int BAR = 30;
    private static final int TEXT = 40;

    private VoteChart() {}

    /** The last lines are the winner's text alone. */
    static void print(MajorityVote vote, PrintStream out) {
        List<MajorityVote.Answer> shown =
                vote.answers().subList(0, Math.min(ROWS, vote.answers().size()));
        for (MajorityVote.Answer answer : shown) {
            int cells = Math.max(
                    1, Math.round((float) BAR * answer.votes() / vote.winner().votes()));
            out.printf(
                    Locale.ROOT,
                    "%5.1f %%  %,6d  %-" + BAR + "s  %s%n",
                    100 * answer.share(),
                    answer.votes(),
                    "█".repeat(cells),
                    line(answer.text()));
        }
        List<MajorityVote.Answer> rest =
                vote.answers().subList(shown.size(), vote.answers().size());
        if (!rest.isEmpty()) {
            int votes = rest.stream().mapToInt(MajorityVote.Answer::votes).sum();
            out.printf(
                    Locale.ROOT,
                    "%5.1f %%  %,6d  in %,d other answers%n",
                    100.0 * votes / vote.votes(),
                    votes,
                    rest.size());
        }
        out.println();
        out.println(vote.winner().text());
    }

    /** The text in one line that is not too long. */
    private static String line(String text) {
        String line = text.isEmpty() ? "(nothing)" : text.replaceAll("\\R", "⏎");
        return line.codePointCount(0, line.length()) <= TEXT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, TEXT)) + "…";
    }

    static ObjectNode json(MajorityVote vote) {
        ObjectNode object = Json.object()
                .put("votes", vote.votes())
                .put("winner", vote.winner().text());
        var answers = object.putArray("answers");
        for (MajorityVote.Answer answer : vote.answers()) {
            answers.addObject()
                    .put("text", answer.text())
                    .put("votes", answer.votes())
                    .put("share", answer.share());
        }
        return object;
    }
}
