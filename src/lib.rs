pub mod error;

pub mod choices;

pub mod config;

pub mod clock;

pub mod i18n;

pub mod templates;

pub mod store;

pub mod access;

pub mod audit;

pub mod settings;

pub mod organization;

pub mod links;

pub mod accounts;

pub mod web;

pub mod cli;
