using System.Globalization;
using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>The text of the file that schedules are kept in. Pure.</summary>
internal static class StoredSchedules
{
    /// <summary>Most bytes of the file.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>Most schedules in it.</summary>
    public const int MaxSchedules = 1000;

    private const int Version = 1;
    private const string VersionKey = "version";
    private const string SchedulesKey = "schedules";

    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = MaxBytes, MaxDepth = 64, MaxValues = 4_000_000 };

    /// <summary>The text of schedules.</summary>
    /// <exception cref="ScheduleException">They are more than can be read again.</exception>
    public static byte[] Write(ScheduleBook book)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber(VersionKey, Version);
            writer.WriteStartArray(SchedulesKey);
            foreach (var schedule in book.All)
            {
                JsonSerializer.Serialize(writer, schedule, TaskSchedule.TypeInfo);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return book.Count <= MaxSchedules && buffer.Length <= MaxBytes
            ? buffer.ToArray()
            : throw new ScheduleException(string.Create(CultureInfo.InvariantCulture, $"at most {MaxSchedules} schedules and {MaxBytes >> 20} MiB of them are kept; delete some that are not needed"));
    }

    /// <summary>The schedules of a text.</summary>
    /// <param name="content">The text.</param>
    /// <exception cref="ScheduleException">It is none that <see cref="Write"/> made; without the file's name.</exception>
    public static ScheduleBook Read(ReadOnlySpan<byte> content)
    {
        JsonElement root;
        try
        {
            root = ForeignJson.Parse(content, Limits);
        }
        catch (ForeignTextException e)
        {
            throw new ScheduleException(e.Message, e);
        }

        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty(VersionKey, out var version) || version.ValueKind != JsonValueKind.Number
            || !root.TryGetProperty(SchedulesKey, out var schedules) || schedules.ValueKind != JsonValueKind.Array)
        {
            throw new ScheduleException($"it is no object with {VersionKey} and {SchedulesKey}");
        }

        if (!version.TryGetInt32(out var number) || number != Version)
        {
            throw new ScheduleException(string.Create(CultureInfo.InvariantCulture, $"its version is {version.GetRawText()}, and this release reads version {Version}: another release wrote it"));
        }

        return schedules.EnumerateArray().Index().Aggregate(ScheduleBook.Empty, (book, item) => Add(book, item.Item, item.Index));
    }

    private static ScheduleBook Add(ScheduleBook book, JsonElement item, int index)
    {
        TaskSchedule? schedule;
        try
        {
            schedule = item.Deserialize(TaskSchedule.TypeInfo);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Fault(index, Printable.Line(e.Message, 300), e);
        }

        if (schedule is null || !ScheduleNames.IsName(schedule.Name()) || !ScheduleNames.IsNamespace(schedule.Namespace() ?? ""))
        {
            throw Fault(index, "it has no name or no namespace that a schedule may have");
        }

        if (UnknownFields.Of(item, JsonSerializer.SerializeToElement(schedule, TaskSchedule.TypeInfo)) is [var unknown, ..])
        {
            throw Fault(index, $"this release does not know its field {Printable.Line(unknown, 100)}, and would lose it");
        }

        if (schedule.Status is { } status && (status.Active ?? []).Concat(status.History ?? []).Any(r => r is null))
        {
            throw Fault(index, "a run in its status is null");
        }

        return book.Find(ObjectKey.Of(schedule)) is null ? book.With(schedule) : throw Fault(index, $"{ScheduleRules.Shown(schedule)} is there twice");
    }

    private static ScheduleException Fault(int index, string what, Exception? inner = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{SchedulesKey}[{index}]: {what}"), inner);
}
