using System.Globalization;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>The query parameters of a request, typed.</summary>
internal sealed class RequestQuery(IQueryCollection query, string userAgent)
{
    private const int MaxManager = 128;

    public string? Text(string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    public bool Flag(string name) => Text(name) is "true" or "1" or "";

    public long? Number(string name)
    {
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>The requested resourceVersion; an invalid one is a 500 for watches, as in kube-apiserver.</summary>
    public long? ResourceVersion(bool ofWatch = false)
    {
        var text = Text("resourceVersion");
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw InvalidVersion(text, ofWatch);
    }

    private static ApiException InvalidVersion(string text, bool ofWatch)
    {
        var fault = $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax";
        return ofWatch ? new ApiException(500, "", fault) : ApiErrors.BadRequest("invalid resource version: " + fault);
    }

    public WriteOptions WriteOptions(string kind) => new()
    {
        DryRun = DryRun(kind),
        Force = Flag("force"),
        FieldManager = FieldManager(kind),
        Validation = Text("fieldValidation") switch
        {
            null or "" or "Warn" => FieldValidation.Warn,
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            var other => throw ApiErrors.Invalid("meta.k8s.io", kind, "", [FieldError.NotSupported("fieldValidation", $"\"{other}\"", ["\"Ignore\"", "\"Strict\"", "\"Warn\""])]),
        },
    };

    /// <summary>Named by the request or by the start of its user agent, which is cut to what a name may have.</summary>
    private string FieldManager(string kind)
    {
        if (Text("fieldManager") is not { Length: > 0 } manager)
        {
            var agent = userAgent.AsSpan();
            agent = agent[..(agent.IndexOfAny('/', ' ') is var end and >= 0 ? end : agent.Length)];
            return agent[..Math.Min(agent.Length, MaxManager)].ToString();
        }

        if (System.Text.Encoding.UTF8.GetByteCount(manager) > MaxManager)
        {
            throw ApiErrors.Invalid("meta.k8s.io", kind, "", [FieldError.TooLong("fieldManager", MaxManager)]);
        }

        var control = manager.AsSpan().IndexOfAnyInRange('\0', '\u001f');
        return control < 0
            ? manager
            : throw ApiErrors.Invalid("meta.k8s.io", kind, "", [FieldError.Invalid("fieldManager", JsonTree.ToText(manager), $"invalid character U+{(int)manager[control]:X4} (at position {control})")]);
    }

    public bool DryRun(string kind) => Text("dryRun") switch
    {
        null or "" => false,
        "All" => true,
        var other => throw ApiErrors.Invalid("meta.k8s.io", kind, "", [FieldError.NotSupported("dryRun", $"[\"{other}\"]", ["\"All\""])]),
    };
}
