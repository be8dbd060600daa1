@echo off
rem Maliang's launcher on Windows: builds once, then starts. The POSIX launcher beside it explains the options.
setlocal
chcp 65001 >nul
set "HOME_DIR=%~dp0"
set "TARGET=%HOME_DIR%maliang-cli\target"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo maliang: no JDK 17 or later at JAVA_HOME or on the PATH; install one: winget install EclipseAdoptium.Temurin.17.JDK 1>&2
  exit /b 1
)
if not exist "%TARGET%\maliang-cli.jar" (
  echo maliang: building, once; the first time downloads 200 MB 1>&2
  call "%HOME_DIR%mvnw.cmd" -q -B -f "%HOME_DIR%pom.xml" -pl maliang-cli -am -DskipTests -P "!strict" package
  if errorlevel 1 exit /b 1
)
"%JAVA%" -Dfile.encoding=UTF-8 "-Dmaliang.home=%HOME_DIR%." -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.bytedeco.javacpp.maxbytes=0 %MALIANG_JAVA_OPTS% -jar "%TARGET%\maliang-cli.jar" %*
