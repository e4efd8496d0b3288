using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Versioning.Storage;

namespace Versioning;

/// <summary>Binds the options of one store to its section and checks them; every message names the setting by its whole key.</summary>
/// <param name="name">The store's name; empty for the one without.</param>
/// <param name="configuration">The application's configuration, where there is one.</param>
internal sealed class VersioningOptionsSetup(string name, IConfiguration? configuration) : IConfigureNamedOptions<VersioningOptions>, IValidateOptions<VersioningOptions>
{
    private const string Count = "a whole number from 1";
    private const string Bytes = "a number of bytes from 0";

    private readonly string _section = name.Length == 0 ? "Versioning" : $"Versioning:Stores:{name}";

    public void Configure(VersioningOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? target, VersioningOptions options)
    {
        if (target != name || configuration?.GetSection(_section) is not { } section)
        {
            return;
        }

        options.Location = section[nameof(options.Location)] ?? options.Location;
        options.Author = section[nameof(options.Author)] ?? options.Author;
        options.CacheDirectory = section[nameof(options.CacheDirectory)] ?? options.CacheDirectory;
        options.Concurrency = Number<int>(section, nameof(options.Concurrency), Count) ?? options.Concurrency;
        options.Requests = Number<int>(section, nameof(options.Requests), Count) ?? options.Requests;
        options.ContentCacheBytes = Number<long>(section, nameof(options.ContentCacheBytes), Bytes) ?? options.ContentCacheBytes;
        options.MetadataCacheBytes = Number<long>(section, nameof(options.MetadataCacheBytes), Bytes) ?? options.MetadataCacheBytes;
        IConfigurationSection[] keys = [.. section.GetSection(nameof(options.TrustedKeys)).GetChildren()];
        options.TrustedKeys = keys.Length > 0 ? [.. keys.Select(KeyId)] : options.TrustedKeys;
    }

    public ValidateOptionsResult Validate(string? target, VersioningOptions options)
    {
        if (target != name)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> wrong = [];
        if (options.Objects is null)
        {
            wrong.AddRange(Location(options.Location));
        }

        foreach ((string option, int number) in new[] { (nameof(options.Concurrency), options.Concurrency), (nameof(options.Requests), options.Requests) })
        {
            if (number < 1)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{Key(option)} is {number}, and has to be {Count}."));
            }
        }

        foreach ((string option, long number) in new[] { (nameof(options.MetadataCacheBytes), options.MetadataCacheBytes), (nameof(options.ContentCacheBytes), options.ContentCacheBytes) })
        {
            if (number < 0)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{Key(option)} is {number}, and has to be {Bytes}."));
            }
        }

        if (options.Author is { } author && string.IsNullOrWhiteSpace(author))
        {
            wrong.Add($"{Key(nameof(options.Author))} is empty: name someone, or leave it out.");
        }

        if (options.CacheDirectory is { } cache && string.IsNullOrWhiteSpace(cache))
        {
            wrong.Add($"{Key(nameof(options.CacheDirectory))} is empty: name a folder, or leave it out.");
        }

        return wrong.Count > 0 ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }

    private T? Number<T>(IConfigurationSection section, string option, string what)
        where T : struct, INumber<T> => section[option] is not { } text
        ? null
        : T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out T number)
            ? number
            : throw Wrong($"{Key(option)} is '{text}', and has to be {what}.");

    private Digest KeyId(IConfigurationSection key) =>
        Digest.TryParse(key.Value, out Digest id) ? id : throw Wrong($"{key.Path} is '{key.Value}', and has to be the id of a key: sha256: and 64 hexadecimal digits.");

    private IEnumerable<string> Location(string? location)
    {
        if (string.IsNullOrWhiteSpace(location))
        {
            return [$"{Key(nameof(VersioningOptions.Location))} is not set: name the store there, or in code with UseLocation, UseLocalDisk or another Use method."];
        }

        try
        {
            StoreLocation.Find(location);
            return [];
        }
        catch (VersioningException e)
        {
            return [$"{Key(nameof(VersioningOptions.Location))}: {e.Message} {e.Hint}"];
        }
    }

    private string Key(string setting) => $"{_section}:{setting}";

    private OptionsValidationException Wrong(string message) => new(name, typeof(VersioningOptions), [message]);
}
