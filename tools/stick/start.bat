@echo off
rem Open the course on Windows, without network: double-click, or .\start.bat in a terminal.
rem This only looks for a Python that the kit has packages for; start.py does the rest.
setlocal
set "START=%~dp0course\tools\stick\start.py"
set "FOUND="
if not exist "%START%" (
  echo This kit is incomplete: there is no "%START%". Copy it from the instructor again.
  goto stop
)
if defined PYTHON call :try "%PYTHON%"
call :try "%~dp0.venv\Scripts\python.exe"
for %%V in (3.14 3.13 3.12 3.11) do call :try py -%%V
call :try py
call :try python
if not defined FOUND (
  echo No Python was found here. Install one from python.org, then start again; README.txt says which.
  goto stop
)
rem Where none fits, the last one found says in a sentence what is missing.
%FOUND% "%START%" %*
if not errorlevel 1 exit /b 0
:stop
pause
exit /b 1

:try
if defined FITS exit /b
%* -c "import sys; sys.exit(sys.version_info < (3, 6))" >nul 2>nul
if errorlevel 1 exit /b
set FOUND=%*
%* "%START%" --can-start >nul 2>nul
if not errorlevel 1 set FITS=1
exit /b
