using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Logging;

/// <summary>Logs one line per message, without control characters, so that no message can look like two.</summary>
internal sealed class LineLoggerProvider(TextWriter writer, LogLevel least, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly LogLevel _least = least;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose() => writer.Flush();

    private void Write(LogLevel level, string category, string message)
    {
        var text = new StringBuilder()
            .Append(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))
            .Append(' ').Append(Word(level)).Append(' ').Append(category).Append(": ");
        foreach (var c in message)
        {
            text.Append(char.IsControl(c) ? ' ' : c);
        }

        lock (_gate)
        {
            writer.WriteLine(text);
            writer.Flush();
        }
    }

    private static string Word(LogLevel level) => level switch
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

        public bool IsEnabled(LogLevel logLevel) => logLevel >= provider._least && logLevel != LogLevel.None;

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
