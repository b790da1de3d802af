using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Foreman.Hosting;

/// <summary>Logs the first failure of the OTLP exporter, which reports failures by its event source only.</summary>
internal sealed class ExportFailureListener : EventListener
{
    private const string ExporterSource = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private readonly ILogger? _logger;
    private int _logged;

    public ExportFailureListener(ILogger logger) => _logger = logger;

    /// <summary>The message of an event on one line; stack traces in its values are left out.</summary>
    internal static string Describe(string? message, IReadOnlyList<object?>? values)
    {
        var lines = (values ?? []).Select(v => (object)FirstLine(Convert.ToString(v, CultureInfo.InvariantCulture) ?? "")).ToArray();
        try
        {
            return message is null ? string.Join(", ", lines) : string.Format(CultureInfo.InvariantCulture, message, lines);
        }
        catch (FormatException)
        {
            return $"{message} ({string.Join(", ", lines)})";
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == ExporterSource)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base class calls this from its constructor on, before the logger is set.
        if (eventData.EventSource.Name == ExporterSource && _logger is { } logger && Interlocked.Exchange(ref _logged, 1) == 0)
        {
            logger.ExportFailed(Describe(eventData.Message, eventData.Payload).TrimEnd('.', ' '));
        }
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? text[..end] : text;
}
