package org.maliang.serve.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless browser, as Debian installs it; tests that need it are skipped where it is not. */
final class Chromium implements AutoCloseable {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;
    private final Map<String, String> preferences = new TreeMap<>();

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one that keeps its things in {@code profile}. */
    static Chromium start(Path profile) {
        Assumptions.assumeTrue(Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER), "no Chromium is installed");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toString());
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--lang=zh-CN",
                "--user-data-dir=" + profile);
        return new Chromium(new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options));
    }

    /** Opens a page as somebody who has never been here. */
    void openAnew(String address) {
        open(address);
        run("localStorage.clear(); localStorage.setItem('maliang.language', '\"zh\"')");
        open(address);
    }

    /** The same, with the terms accepted. */
    void openAccepted(String address) {
        openAnew(address);
        run("localStorage.setItem('maliang.terms', '1')");
    }

    /** Opens a page and waits until it is ready. */
    void open(String address) {
        driver.get(address);
        await("document.body.dataset.ready === 'true'");
    }

    /** Makes the page see a screen of this size in CSS pixels, and what its reader prefers. */
    void screen(int width, int height, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        prefer("prefers-color-scheme", scheme);
    }

    void prefer(String feature, String value) {
        preferences.put(feature, value);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        preferences.entrySet().stream()
                                .map(entry -> Map.of("name", entry.getKey(), "value", entry.getValue()))
                                .toList()));
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    String text(String selector) {
        return String.valueOf(run("return document.querySelector(arguments[0])?.textContent ?? ''", selector));
    }

    /** Waits until an expression is true. */
    void await(String expression) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Boolean.TRUE.equals(run("return Boolean(" + expression + ")"))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + expression + "; the console says " + complaints());
            }
            pause(20);
        }
    }

    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    void click(String selector) {
        run("document.querySelector(arguments[0]).scrollIntoView({block: 'center', inline: 'center'})", selector);
        find(selector).click();
    }

    void hover(String selector) {
        run("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector);
        later("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"); // a page hears of it with its next
        // frame
        new Actions(driver).moveToElement(find(selector)).perform();
    }

    /** Presses keys where the focus is. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Runs a script that calls back with its result. */
    Object later(String script) {
        return driver.executeAsyncScript(script);
    }

    /** Lets pages read and write the clipboard. */
    void allowClipboard() {
        driver.executeCdpCommand(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
    }

    String clipboard() {
        return String.valueOf(later("navigator.clipboard.readText().then(arguments[0])"));
    }

    void pressWithControl(CharSequence key) {
        new Actions(driver)
                .keyDown(Keys.CONTROL)
                .sendKeys(key)
                .keyUp(Keys.CONTROL)
                .perform();
    }

    /** What the console warns of or reports as an error, since the last call. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Keeps what is to be seen as {@code target/screenshots/NAME.png}. */
    void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
