using System.Globalization;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Hosting;

/// <summary>
/// Writes each record as one line: time, level, category, message. Control characters are escaped, so that nothing that a
/// model, a tool or a server wrote can start a line of its own or steer a terminal.
/// </summary>
/// <param name="writer">Where lines go; it stays open.</param>
/// <param name="minimum">Lowest level that is written.</param>
/// <param name="time">Clock of the times.</param>
public sealed class LineLoggerProvider(TextWriter writer, LogLevel minimum, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly LogLevel _minimum = minimum;

    /// <summary>A logger whose lines begin with the last part of the category; an empty category is left out.</summary>
    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose() => writer.Flush();

    private void Write(LogLevel level, string category, string message)
    {
        var prefix = category.Length == 0 ? "" : category + ": ";
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name(level)} {prefix}{ControlCharacters.Escape(message)}");
        try
        {
            lock (_gate)
            {
                writer.WriteLine(line);
                writer.Flush();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A log that can't be written (its disk is full, its reader has gone) must not fail what is logged.
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        _ => "error",
    };

    private sealed class LineLogger(LineLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= provider._minimum && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var message = formatter(state, exception);
                provider.Write(logLevel, category, exception is null ? message : $"{message}: {exception.GetType().Name}: {exception.Message}");
            }
        }
    }
}
