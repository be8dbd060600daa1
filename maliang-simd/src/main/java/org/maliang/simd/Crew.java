package org.maliang.simd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share short pieces of work: a product takes some tens of microseconds, less than it takes to wake a thread. So
 * they look for the next work a while before they sleep, and whoever is free takes the next part: where another program has a
 * processor, the caller does what is left.
 *
 * <p>They are daemons, made when they are first wanted, and stay.
 */
public final class Crew {

    private static final long PATIENCE = 300_000; // nanoseconds
    private static final int LOOKS = 64; // between two looks at the clock

    private static final List<Member> MEMBERS = new ArrayList<>();
    private static volatile @Nullable Job job;

    private Crew() {}

    /**
     * Does parts {@code 0 … parts - 1} with up to {@code threads} threads, the caller's among them, and returns when all are done.
     * A failure is thrown when the others have ended.
     */
    public static void share(int threads, int parts, IntConsumer work) {
        if (threads < 2 || parts < 2) {
            for (int part = 0; part < parts; part++) {
                work.accept(part);
            }
            return;
        }
        int others = Math.min(threads, parts) - 1;
        Job shared = new Job(work, parts, others);
        List<Member> members = members(others);
        job = shared;
        for (Member member : members) {
            member.wake();
        }
        shared.help();
        shared.await();
    }

    private static List<Member> members(int count) {
        synchronized (MEMBERS) {
            while (MEMBERS.size() < count) {
                Member member = new Member("maliang-simd-" + (MEMBERS.size() + 1));
                member.setDaemon(true);
                member.start();
                MEMBERS.add(member);
            }
            return List.copyOf(MEMBERS.subList(0, count)); // others may add to it
        }
    }

    private static final class Job {
        private final IntConsumer work;
        private final int parts;
        private final AtomicInteger places; // for others than the caller
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private volatile @Nullable Throwable failure;

        Job(IntConsumer work, int parts, int others) {
            this.work = work;
            this.parts = parts;
            this.places = new AtomicInteger(others);
        }

        boolean wanted() {
            return next.get() < parts && places.getAndDecrement() > 0;
        }

        void help() {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                try {
                    work.accept(part);
                } catch (RuntimeException | Error e) {
                    failure = e;
                } finally {
                    done.incrementAndGet();
                }
            }
        }

        void await() {
            for (int looks = 0; done.get() < parts; looks++) {
                if (looks < 10_000) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield(); // who has the last part may wait for this processor
                }
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }

    private static final class Member extends Thread {
        private volatile boolean asleep;

        Member(String name) {
            super(name);
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            Job last = null;
            long since = System.nanoTime();
            for (int looks = 1; ; looks++) {
                Job now = job;
                if (now != last) {
                    last = now;
                    if (now != null && now.wanted()) {
                        now.help();
                        since = System.nanoTime();
                    }
                } else if (looks % LOOKS != 0 || System.nanoTime() - since < PATIENCE) {
                    Thread.onSpinWait();
                } else {
                    asleep = true;
                    while (job == last) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                    since = System.nanoTime();
                }
            }
        }
    }
}
